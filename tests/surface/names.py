"""Print the public names of the installed package, one a line, for tests/surface/main.rs.

A class has its members and the arguments of its constructor, a function its arguments, a union of literals its words.
Classes of events are named by their type; those of errors give their code too.
"""

import enum
import inspect
import types
import typing

import cspm
import cspm.types

OF_ALL = set(dir(object)) | set(dir(Exception)) | set(dir(enum.Enum))


def arguments(function: object) -> list[str]:
    try:
        names = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return []
    return [name for name in names if name not in ("self", "cls", "args", "kwargs")]


def members(of: type) -> set[str]:
    names = {name for name in dir(of) if not name.startswith("_") and name not in OF_ALL}
    if typing.is_typeddict(of):
        return set(typing.get_type_hints(of))
    if issubclass(of, enum.Enum):
        return {member.value for member in of}
    fields = {name for name in getattr(of, "__annotations__", {}) if not name.startswith("_")}
    return names | fields | set(arguments(of)) | ({"len"} if hasattr(of, "__len__") else set())


def named(name: str, value: object) -> set[str]:
    if isinstance(value, type) and issubclass(value, cspm.CspmError):
        of_all = set() if value is cspm.CspmError else members(cspm.CspmError)
        kind = {"ErrorKind", f"ErrorKind.{value.kind}"} if value is not cspm.CspmError else set()
        return {name} | kind | {f"{name}.{member}" for member in members(value) - of_all}
    if isinstance(value, type):
        name = f"Event.{value.type}" if name.endswith("Event") else name.rstrip("_")
        return {name} | {f"{name}.{member}" for member in members(value) if member != "type" or "Event" not in name}
    if typing.get_origin(value) is typing.Literal:
        return {name, *(f"{name}.{word}" for word in typing.get_args(value))}
    if isinstance(value, types.FunctionType | types.BuiltinFunctionType):
        return {name, *(f"{name}.{argument}" for argument in arguments(value))}
    return {name}


def exported(module: types.ModuleType, names: list[str]) -> set[str]:
    return {one for name in names if not name.startswith("__") for one in named(name, getattr(module, name))}


shapes = [name for name, value in vars(cspm.types).items() if name[0].isupper() and name not in ("Any", "Literal")]
shapes.remove("TypedDict")
print("\n".join(sorted(exported(cspm, cspm.__all__) | exported(cspm.types, shapes))))
