"""Objects of the worker as the suite sees them: attributes, calls, items, iteration, truth behave as on a local object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from grader.judge.common import Names
    from grader.judge.session import Session

T = TypeVar("T")
# `list(remote)` makes room for as many items as the worker claims to have before it asks for the first.
MOST_LENGTH = 2**24


class Proxy:
    """Stands for one object of the worker. Two proxies of the same object are the same object."""

    __slots__ = ("__weakref__", "_grade_mro", "_grade_name", "_grade_of", "_grade_ref", "_grade_session")

    def __init__(self, session: Session, ref: int, mro: tuple[str, ...], of: tuple[str, ...], name: str) -> None:
        object.__setattr__(self, "_grade_session", session)
        object.__setattr__(self, "_grade_ref", ref)
        object.__setattr__(self, "_grade_mro", mro)
        object.__setattr__(self, "_grade_of", of)
        object.__setattr__(self, "_grade_name", name)

    def _grade_apply(self, name: str, *args: Any) -> Any:
        return self._grade_session.apply(name, self, *args)

    def _grade_expect(self, kind: type[T], name: str, *args: Any) -> T:
        session: Session = self._grade_session
        return session.expect(kind, self._grade_apply(name, *args))

    def __getattr__(self, name: str) -> Any:
        return self._grade_session.attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._grade_session.set_attribute(self, name, value)

    def __delattr__(self, name: str) -> None:
        self._grade_session.forget_attribute(self, name)
        self._grade_apply("delattr", name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._grade_session.call(self, args, kwargs)

    def __getitem__(self, key: Any) -> Any:
        return self._grade_apply("getitem", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._grade_apply("setitem", key, value)

    def __delitem__(self, key: Any) -> None:
        self._grade_apply("delitem", key)

    def __contains__(self, item: Any) -> bool:
        return self._grade_expect(bool, "contains", item)

    def __len__(self) -> int:
        length = self._grade_expect(int, "len")
        if not 0 <= length <= MOST_LENGTH:
            raise self._grade_session.broken("a length is impossible")
        return length

    def __bool__(self) -> bool:
        return self._grade_expect(bool, "bool")

    def __iter__(self) -> Iterator[Any]:
        iterator = self._grade_apply("iter")
        if type(iterator) is list:  # of what torch itself iterates over all items come at once
            yield from iterator
            return
        while True:
            try:
                ended, item = self._grade_session.apply_next(iterator)
            except StopIteration:  # raised by the student's code; a generator must not let it pass (PEP 479)
                return
            if ended:
                return
            yield item

    def __next__(self) -> Any:
        ended, item = self._grade_session.apply_next(self)
        if ended:
            raise StopIteration
        return item

    def __enter__(self) -> Any:
        return self._grade_apply("enter")

    def __exit__(self, *exception: object) -> None:
        self._grade_apply("exit")

    def __float__(self) -> float:
        return self._grade_expect(float, "float")

    def __int__(self) -> int:
        return self._grade_expect(int, "int")

    def __repr__(self) -> str:
        return self._grade_expect(str, "repr")

    def __str__(self) -> str:
        return self._grade_expect(str, "str")

    def __eq__(self, other: object) -> Any:
        if self is other:
            return True
        return self._grade_apply("eq", other)

    def __hash__(self) -> int:
        return hash((id(self._grade_session), self._grade_ref))

    def __dir__(self) -> list[str]:
        return [name for name in self._grade_expect(list, "dir") if isinstance(name, str)]

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("an object of the worker cannot be copied or pickled here; use remote.copy.deepcopy(net)")


class Member(Proxy):
    """A method of an object of the worker, or a function or class of the student's module, looked up together with what is done to it.

    Made where the same attribute was such a thing before (`grader.judge.known.Members`): asking first would be another call of
    the border. `_grade_resolve` asks, for those who need the object itself.
    """

    __slots__ = ("_grade_asked", "_grade_attribute", "_grade_owner")

    def __init__(self, owner: Proxy, attribute: str, names: Names) -> None:
        super().__init__(owner._grade_session, 0, *names)
        object.__setattr__(self, "_grade_owner", owner)
        object.__setattr__(self, "_grade_attribute", attribute)
        object.__setattr__(self, "_grade_asked", None)

    def _grade_place(self) -> dict[str, Any]:
        """Return how the worker finds it, as a tree."""
        return {"$": "member", "o": self._grade_owner._grade_ref, "n": self._grade_attribute}

    def _grade_resolve(self) -> Any:
        """Return what the attribute is; asked for once."""
        if self._grade_asked is None:
            found = self._grade_session.apply("getattr", self._grade_owner, self._grade_attribute)
            object.__setattr__(self, "_grade_asked", (found,))
        return self._grade_asked[0]

    def __hash__(self) -> int:
        return hash(self._grade_resolve())

    def __eq__(self, other: object) -> Any:
        other = other._grade_resolve() if isinstance(other, Member) else other
        return self._grade_resolve() == other


class Shared(Member):
    """A module, class or function of a library that judge and worker have in common: known by its place, and not asked for at all.

    Args:
        module: dotted name of the module that it is, or is in.
        attribute: its name there; empty for the module itself.
        local: what has that place in the judge.
    """

    __slots__ = ("_grade_local", "_grade_module")

    def __init__(
        self, session: Session, module: str, attribute: str, local: Any, names: Names
    ) -> None:
        Proxy.__init__(self, session, 0, *names)
        object.__setattr__(self, "_grade_module", module)
        object.__setattr__(self, "_grade_attribute", attribute)
        object.__setattr__(self, "_grade_local", local)
        object.__setattr__(self, "_grade_asked", None)

    def _grade_place(self) -> dict[str, Any]:
        """Return how the worker finds it, as a tree."""
        return {"$": "global", "m": self._grade_module, "q": self._grade_attribute}

    def _grade_resolve(self) -> Any:
        """Return what is there now; asked for once."""
        if self._grade_asked is None:
            object.__setattr__(self, "_grade_asked", (self._grade_session.ask_for(self._grade_module, self._grade_attribute),))
        return self._grade_asked[0]


def called_name(value: Proxy) -> str:
    """Return the qualified name of what runs when a remote object is called, as the worker claims it: `gather.gather`,
    `my_linear.MyLinear.__init__`, `my_linear.MyLinear.forward`."""
    if value._grade_name:
        return str(value._grade_name)
    if value._grade_of:
        return f"{value._grade_of[0]}.__init__"
    return f"{value._grade_mro[0]}.forward" if value._grade_mro else ""


def qualified_names(value: Proxy) -> tuple[str, ...]:
    """Return the names of a remote object's class and its bases, as the worker claims them."""
    return tuple(value._grade_mro)
