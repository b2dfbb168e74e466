"""What an operating system says in another language, or in one that was read with the wrong encoding, in English.

Windows tells its errors in the language of the user, to Python with their number, to TensorFlow without it. The numbers
are those of ``errno.h`` in Linux and of ``winerror.h``.
"""

import re

NUMBERED = {
    ("Errno", 2): "No such file or directory",
    ("Errno", 5): "Input/output error",
    ("Errno", 12): "Cannot allocate memory",
    ("Errno", 13): "Permission denied",
    ("Errno", 17): "File exists",
    ("Errno", 20): "Not a directory",
    ("Errno", 21): "Is a directory",
    ("Errno", 22): "Invalid argument",
    ("Errno", 24): "Too many open files",
    ("Errno", 28): "No space left on device",
    ("Errno", 30): "Read-only file system",
    ("Errno", 36): "File name too long",
    ("Errno", 122): "Disk quota exceeded",
    ("WinError", 2): "The system cannot find the file specified",
    ("WinError", 3): "The system cannot find the path specified",
    ("WinError", 5): "Access is denied",
    ("WinError", 32): "The process cannot access the file because it is being used by another process",
    ("WinError", 112): "There is not enough space on the disk",
    ("WinError", 123): "The filename, directory name, or volume label syntax is incorrect",
    ("WinError", 183): "Cannot create a file when that file already exists",
    ("WinError", 206): "The filename or extension is too long",
    ("WinError", 267): "The directory name is invalid",
    ("WinError", 1455): "The paging file is too small for this operation to complete",
}
# Without a number: of Windows in the frequent languages, and of Linux as the GNU C library has them.
PHRASES = {
    "The system cannot find the path specified": (
        "系统找不到指定的路径",
        "系統找不到指定的路徑",
        "Das System kann den angegebenen Pfad nicht finden",
        "Le chemin d'accès spécifié est introuvable",
        "El sistema no puede encontrar la ruta especificada",
        "Impossibile trovare il percorso specificato",
        "O sistema não pode encontrar o caminho especificado",
        "Системе не удается найти указанный путь",
        "指定されたパスが見つかりません",
        "지정된 경로를 찾을 수 없습니다",
    ),
    "The system cannot find the file specified": (
        "系统找不到指定的文件",
        "系統找不到指定的檔案",
        "Das System kann die angegebene Datei nicht finden",
        "Le fichier spécifié est introuvable",
        "El sistema no puede encontrar el archivo especificado",
        "Impossibile trovare il file specificato",
        "O sistema não pode encontrar o arquivo especificado",
        "Не удается найти указанный файл",
        "指定されたファイルが見つかりません",
        "지정된 파일을 찾을 수 없습니다",
    ),
    "Access is denied": (
        "拒绝访问",
        "存取被拒",
        "Zugriff verweigert",
        "Accès refusé",
        "Acceso denegado",
        "Accesso negato",
        "Acesso negado",
        "Отказано в доступе",
        "アクセスが拒否されました",
        "액세스가 거부되었습니다",
    ),
    "The process cannot access the file because it is being used by another process": (
        "另一个程序正在使用此文件，进程无法访问",
        "另一个程序正在使用此文件,进程无法访问",
    ),
    "There is not enough space on the disk": ("磁盘空间不足",),
    "No such file or directory": (
        "没有那个文件或目录",
        "沒有此一檔案或目錄",
        "Datei oder Verzeichnis nicht gefunden",
        "Aucun fichier ou dossier de ce type",
        "No existe el fichero o el directorio",
        "No existe el archivo o el directorio",
        "File o directory non esistente",
        "Arquivo ou diretório inexistente",
        "Ficheiro ou pasta inexistente",
        "Нет такого файла или каталога",
        "そのようなファイルやディレクトリはありません",
        "그런 파일이나 디렉터리가 없습니다",
        "Nie ma takiego pliku ani katalogu",
    ),
    "Permission denied": (
        "权限不够",
        "Keine Berechtigung",
        "Permission non accordée",
        "Permiso denegado",
        "Permesso negato",
        "Permissão negada",
        "許可がありません",
        "허가 거부",
    ),
    "No space left on device": (
        "设备上没有空间",
        "Auf dem Gerät ist kein Speicherplatz mehr verfügbar",
        "Aucun espace disponible sur le périphérique",
        "No queda espacio en el dispositivo",
        "Spazio esaurito sul device",
        "Não há espaço disponível no dispositivo",
        "На устройстве не осталось свободного места",
        "デバイスに空き領域がありません",
        "장치에 남은 공간이 없음",
    ),
}
ENGLISH = {foreign: english for english, several in PHRASES.items() for foreign in several}
PHRASE = re.compile("|".join(map(re.escape, ENGLISH)))
NUMBER = re.compile(r"\[(?P<kind>Errno|WinError) (?P<number>\d+)\] (?P<says>[^'\"\n]+?)(?=: u?['\"]|[:\s]*$)")
FOREIGN = re.compile(
    r"[^\x00-\x7f]|\b(?:das|der|die|nicht|kein|le|les|est|el|il|di|du|de|da|no se|no existe|impossibile|o sistema)\b",
    re.IGNORECASE,
)
IN_ASCII = ("Error ", "rrno ", *(foreign for foreign in ENGLISH if foreign.isascii()))  # what an English line lacks
LOST = r"(?:\ufffd|[\udc80-\udcff]|\\udc[89a-f][0-9a-f])*"  # bytes that are none of UTF-8


def misread(text, encoding="gbk"):
    """A pattern for what is left of a text of Windows in Chinese where its bytes were read as UTF-8.

    Example:

        >>> re.search(misread("拒绝访问。"), "model : \ufffdܾ\ufffd\ufffd\ufffd\ufffdʡ\ufffd; Input/output").start()
        8
    """
    left = text.encode(encoding).decode("utf-8", "replace")
    return LOST + LOST.join(re.escape(each) for each in left.replace("\ufffd", "")) + LOST


MISREAD = {
    re.compile(misread(f"{several[0]}。")): english
    for english, several in PHRASES.items()
    if english.startswith(("The", "Access"))
}


def in_english(line):
    """A line with what an operating system says in it in English; as it is, where nothing of that is known.

    Example:

        >>> in_english("FileNotFoundError: [WinError 3] 系统找不到指定的路径。: 'run/model'")
        "FileNotFoundError: [WinError 3] The system cannot find the path specified: 'run/model'"
        >>> in_english("NotFoundError: run/model; Datei oder Verzeichnis nicht gefunden")
        'NotFoundError: run/model; No such file or directory'
    """
    if line.isascii() and not any(each in line for each in IN_ASCII):
        return line
    line = NUMBER.sub(numbered, line)
    line = PHRASE.sub(lambda match: ENGLISH[match[0]], line)
    if "\ufffd" in line or "\\udc" in line or re.search("[\udc80-\udcff]", line):
        for pattern, english in MISREAD.items():
            line = pattern.sub(english, line)
    return line


def numbered(match):
    english = NUMBERED.get((match["kind"], int(match["number"])))
    if not english or not FOREIGN.search(match["says"]):
        return match[0]
    return f"[{match['kind']} {match['number']}] {english}"
