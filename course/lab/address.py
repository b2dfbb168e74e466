"""The address that the start prints. JupyterLab names a file and two addresses of one page: one is enough."""

import re

from tornado.log import LogFormatter

ADDRESS = re.compile(r"https?://\S+")


class Address(LogFormatter):
    """JupyterLab's own form of a line in its log, and all lines as they are, but for the one with the addresses."""

    def format(self, record):
        addresses = ADDRESS.findall(record.getMessage())
        if len(addresses) == 2 and addresses[0].replace("//localhost:", "//127.0.0.1:") == addresses[1] != addresses[0]:
            return f"\n    {addresses[1]}\n"
        return super().format(record)


OPTION = "--ServerApp.logging_config=" + str({"formatters": {"console": {"class": f"{__name__}.Address"}}})
