"""What the configuration of a Keras model says of it, in lines."""

MOST = 20  # layers that are named


def model_lines(config, layers=False):
    """What a model's configuration says of it, a line or nothing; with its layers, if they are asked for, one more."""
    return (*model_line(config), *layer_line(config)) if layers else model_line(config)


def layer_line(config):
    """The names and classes of a model's layers, a line or nothing."""
    inner = config.get("config")
    layers = inner.get("layers") if isinstance(inner, dict) else None
    named = []
    for layer in layers if isinstance(layers, list) else ():
        own = layer.get("config") if isinstance(layer, dict) else None
        name = own.get("name") if isinstance(own, dict) else None
        if isinstance(layer, dict):
            named.append(f"{str(name or layer.get('name'))[:100]} ({str(layer.get('class_name'))[:100]})")
    more = f" and {len(named) - MOST} more" if len(named) > MOST else ""
    return (f"layers: {', '.join(named[:MOST])}{more}",) if named else ()


def model_line(config):
    """The class of a model and how many layers it has, a line or nothing."""
    inner, kind = config.get("config"), config.get("class_name")
    layers = inner.get("layers") if isinstance(inner, dict) else None
    count = f" of {len(layers)} layers" if isinstance(layers, list) else ""
    return (f"{str(kind)[:100]}{count}",) if kind else ()
