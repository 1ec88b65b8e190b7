"""One batch of the gateway: what each frame means for the log, for its terminal and for its session.

Everything here may be done twice (the store was away at the commit): sessions and terminals are worked on as copies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from linli.signals import quarantine
from linli.signals.envelope import Envelope
from linli.signals.gateways.jt808 import decode as said
from linli.signals.gateways.jt808 import parts, reply, terminals
from linli.signals.gateways.jt808.bodies import Attributes, Authentication, GeneralReply, Registration
from linli.signals.gateways.jt808.decode import Message, PositionAnswer, decode, identity, joined
from linli.signals.gateways.jt808.fragments import Sets
from linli.signals.gateways.jt808.frames import Frame, Malformed
from linli.signals.gateways.jt808.mapping import Memory, Origin, positions, sign
from linli.signals.gateways.jt808.session import UNPROVED_FRAMES, Session, Spoken, State
from linli.signals.gateways.jt808.terminals import Known
from linli.signals.gateways.rim import Arrival

BEFORE_AUTHENTICATION = frozenset(
    {said.REGISTER, said.AUTHENTICATE, said.HEARTBEAT, said.DEREGISTER, said.REPLY, said.TIME_QUERY}
)
PROVED_LINES_ARE_PRIVATE = "LINLI_JT808_PRIVATE"


@dataclass(slots=True)
class Turn:
    """One frame of the batch on its way: who sent it, in which session, what is to be answered."""

    arrival: Arrival
    session: Session | None
    state: State
    message: Message
    identity: str
    known: Known | None
    origin: Origin
    code: str = ""

    @property
    def proved(self) -> bool:
        """Whether the terminal of this frame has authenticated on this line."""
        return self.state.stage == "authenticated" and self.state.identity == self.identity


class Hearing:
    """`take` a batch inside a transaction; after its commit, `settle` the sessions and get the answers."""

    def __init__(self, arrivals: Sequence[Arrival], private: bool = False) -> None:
        self.arrivals, self.private = arrivals, private
        self.envelopes: list[Envelope] = []
        self.turns: list[Turn | None] = []
        self.states: dict[Session, State] = {}
        self.proved: list[tuple[str, Session]] = []
        self.ended: list[Session] = []
        self.left: list[Session] = []
        self.confirmed: list[tuple[Session, int, int]] = []
        self.known: dict[str, Known] = {}
        self.sets = Sets()

    def take(self) -> None:
        """Read every arrival in order."""
        frames = [item for arrival in self.arrivals if isinstance(item := arrival.message.item, Frame)]
        names = {identity(frame.phone) for frame in frames} - {""}
        if names:
            self.known = terminals.find(names, max(arrival.received_at for arrival in self.arrivals))
        split = {identity(frame.phone) for frame in frames if frame.total is not None}
        if split:
            self.sets = parts.under_way(split)
        for arrival in self.arrivals:
            spoken: Spoken = arrival.message
            if isinstance(spoken.item, Malformed):
                self._note_malformed(arrival, spoken.session, spoken.item)
                self.turns.append(None)
            else:
                self.turns.append(self._hear(arrival, spoken.session, spoken.item))
        terminals.save(self.known.values())

    def settle(self) -> list[bytes]:
        """Everything is durable: the sessions move on; the answers, in order."""
        for session, state in self.states.items():
            if state.identity != session.state.identity:
                session.sessions.drop(session)
            session.state = state
        for name, session in self.proved:
            session.sessions.take(name, session)
        for session in self.left:
            session.sessions.drop(session)
        answers = [_answer(turn) if turn else b"" for turn in self.turns]
        for session in self.ended:
            session.end()
        return answers

    def _hear(self, arrival: Arrival, session: Session | None, frame: Frame) -> Turn:
        message = decode(frame)
        name = identity(frame.phone)
        known = self.known.get(name)
        state = self._state_of(session)
        turn = Turn(arrival, session, state, message, name, known, self._origin(arrival, session, name, known, state))
        if session is None:
            self._datagram(turn)
            return turn
        session.said = reply.Said.of(frame)
        if not message.refused and frame.total is not None:
            self._part(turn)
        if turn.message.refused:
            self._refuse(turn)
        elif turn.message.frame.total is None or turn.message is not message:
            self._whole(turn)
        return turn

    def _state_of(self, session: Session | None) -> State:
        if session is None:
            return State()
        state = self.states.get(session)
        if state is None:
            state = self.states[session] = session.state.copy()
        return state

    def _origin(
        self, arrival: Arrival, session: Session | None, name: str, known: Known | None, state: State
    ) -> Origin:
        line = str(session.number) if session else arrival.peer
        proved = self.private and state.stage == "authenticated" and state.identity == name
        return Origin(
            source=f"jt808:{name or f'anonymous:{line}'}",
            trust="unregistered" if known is None else "authenticated" if proved else "registered",
            received_at=arrival.received_at,
            hazmat=known.hazmat if known else False,
            resting=known.resting if known else False,
        )

    def _datagram(self, turn: Turn) -> None:
        """Nobody proves anything in a datagram: positions only."""
        message = turn.message
        if message.refused or message.frame.total is not None or message.frame.message_id != said.POSITION:
            self._note(turn, message.refused or "datagram_not_a_position")
            message.reply = said.NEVER_ANSWERED
            return
        self._positions(turn)
        message.result = reply.OK if turn.known else reply.FAILED

    def _part(self, turn: Turn) -> None:
        """Keep a part; when it was the last to come, the whole message takes its place."""
        frame, message = turn.message.frame, turn.message
        if not turn.proved:
            self._unproved(turn)
            return
        key = (turn.identity, frame.message_id, frame.total or 0)
        outcome = self.sets.add(key, frame.index or 0, frame.serial, frame.body, turn.arrival.received_at)
        if outcome == "whole":
            group = self.sets.sets.pop(key)
            turn.message = joined(message, parts.take(key, frame))
            if not group.consecutive:
                turn.message.deviations.append("fragment_serials_not_consecutive")
        elif outcome == "kept":
            parts.keep(turn.identity, frame, turn.arrival.received_at)
            self.envelopes.append(sign(message, turn.origin))
        elif outcome == "again":
            self.envelopes.append(sign(message, turn.origin))
        else:
            message.refused, message.result = f"fragment_{outcome}", reply.WRONG

    def _whole(self, turn: Turn) -> None:
        message_id = turn.message.frame.message_id
        if message_id not in BEFORE_AUTHENTICATION and not turn.proved:
            self._unproved(turn)
        handler = _HANDLERS.get(message_id)
        if handler is not None:
            handler(self, turn)
        elif turn.message.positions:
            self._positions(turn)
        else:
            self.envelopes.append(sign(turn.message, turn.origin))

    def _unproved(self, turn: Turn) -> None:
        """Result 1, and the third time the line is closed; what it says is kept all the same (an SOS must not vanish)."""
        turn.message.result = reply.FAILED
        turn.state.unproved += 1
        if turn.session and turn.state.unproved >= UNPROVED_FRAMES:
            self.ended.append(turn.session)

    def _positions(self, turn: Turn) -> None:
        memory = self._memory(turn)
        self.envelopes += positions(turn.message, turn.origin, memory)
        if turn.session:
            turn.state.memory = memory

    def _memory(self, turn: Turn) -> Memory:
        """A registered terminal's bits are those in the store; what a session remembers beside them goes along."""
        before = turn.state.memory if turn.state.identity == turn.identity or turn.known is None else None
        if turn.known is None:
            return before or Memory()
        memory = turn.known.memory
        if before is not None and memory is not before:
            newest = max((at for at in (memory.reported_at, before.reported_at) if at), default=None)
            turn.known.memory = memory = replace(before, bits=memory.bits, reported_at=newest)
        return memory

    def _register(self, turn: Turn) -> None:
        body: Registration = turn.message.body
        now = turn.arrival.received_at
        if turn.known is None:
            result, turn.code = reply.NO_SUCH_TERMINAL, ""
        else:
            result, turn.code = turn.known.register(body, now)
        turn.message.result = result
        if result == reply.OK:
            turn.state.stage, turn.state.identity = "registered", turn.identity
        values: dict[str, Any] = {
            "maker": body.maker, "model": body.model, "terminal": body.terminal, "plate": body.plate,
            "colour": body.colour, "edition": body.edition, "refused": result != reply.OK, "result": result,
        }  # fmt: skip
        self.envelopes.append(sign(turn.message, turn.origin, "registration", "info", values, turn.message.frame.raw))

    def _authenticate(self, turn: Turn) -> None:
        body: Authentication = turn.message.body
        state, session = turn.state, turn.session
        if turn.known is not None and turn.known.admits(body.code, turn.arrival.received_at):
            state.stage, state.identity, state.wrong, state.unproved = "authenticated", turn.identity, 0, 0
            if session:
                session.patience = turn.known.patience
                self.proved.append((turn.identity, session))
            self.envelopes.append(sign(turn.message, turn.origin))
            return
        turn.message.result = reply.FAILED
        state.wrong += 1
        self._note(turn, "wrong_code")
        if session and (state.wrong >= terminals.WRONG_CODES or _blocked(turn)):
            self.ended.append(session)

    def _deregister(self, turn: Turn) -> None:
        """Answered and kept open: real terminals say it right after connecting."""
        if not turn.proved or turn.session is None:
            self.envelopes.append(sign(turn.message, turn.origin))
            return
        self.envelopes.append(sign(turn.message, turn.origin, "registration", "cancelled"))
        turn.state.stage = "connected"
        self.left.append(turn.session)

    def _attributes(self, turn: Turn) -> None:
        body: Attributes = turn.message.body
        if turn.known is not None and turn.proved:
            turn.known.about = {
                "maker": body.maker, "model": body.model, "hardware": body.hardware, "firmware": body.firmware,
            }  # fmt: skip
            turn.known.changed = True
        self.envelopes.append(sign(turn.message, turn.origin))

    def _replied(self, turn: Turn) -> None:
        body: GeneralReply = turn.message.body
        if turn.session and turn.proved:
            self.confirmed.append((turn.session, body.serial, body.result))
        self.envelopes.append(sign(turn.message, turn.origin))

    def _located(self, turn: Turn) -> None:
        body: PositionAnswer = turn.message.body
        if turn.session and turn.proved:
            self.confirmed.append((turn.session, body.serial, reply.OK))
        self._positions(turn)

    def _refuse(self, turn: Turn) -> None:
        """Into quarantine, with the answer that its reason asks for."""
        if turn.message.refused == "from_platform":
            self._note(turn, "unsupported")
        else:
            self._note(turn, turn.message.refused)

    def _note(self, turn: Turn, reason: str) -> None:
        frame = turn.message.frame
        raw = frame.raw
        if frame.message_id == said.AUTHENTICATE:
            raw = raw[: len(raw) - 1 - len(frame.body)] + b"*" * len(frame.body) + raw[-1:]
        elif frame.message_id in said.DROPPED:
            raw = raw[: len(raw) - 1 - len(frame.body)]
        detail = f"{turn.arrival.transport} {turn.arrival.peer}; message 0x{frame.message_id:04x}"
        quarantine.note("jt808", turn.origin.source, reason, raw, detail)

    def _note_malformed(self, arrival: Arrival, session: Session | None, item: Malformed) -> None:
        """By its terminal only on a line where one has proved itself: the bytes themselves prove nothing."""
        proved = session is not None and session.state.stage == "authenticated"
        source = f"jt808:{session.state.identity}" if session and proved else f"jt808:@{arrival.peer}"
        quarantine.note("jt808", source, item.reason, item.raw, f"{arrival.transport} {arrival.peer}")


def _blocked(turn: Turn) -> bool:
    known = turn.known
    return bool(known and known.blocked_until and turn.arrival.received_at < known.blocked_until)


def _answer(turn: Turn) -> bytes:
    """The bytes to send for one frame, in its own edition."""
    message = turn.message
    if message.reply == said.NEVER_ANSWERED:
        return b""
    state = turn.session.state if turn.session else turn.state
    frame, serial = message.frame, state.next_serial()
    if message.reply == reply.SERVER_TIME:
        return reply.server_time(frame, turn.arrival.received_at, serial)
    if message.reply == reply.REGISTERED and not message.refused:
        return reply.registered(frame, message.result, serial, turn.code)
    return reply.general(frame, message.result, serial)


_HANDLERS: dict[int, Callable[[Hearing, Turn], None]] = {
    said.REGISTER: Hearing._register,
    said.AUTHENTICATE: Hearing._authenticate,
    said.DEREGISTER: Hearing._deregister,
    said.ATTRIBUTES: Hearing._attributes,
    said.REPLY: Hearing._replied,
    said.POSITION_ANSWER: Hearing._located,
}
