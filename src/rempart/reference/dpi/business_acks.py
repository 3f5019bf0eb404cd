"""ZAM: what became of an order downstream, tied to it by OBX-4 and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from rempart.formats.hl7v2 import Message
from rempart.reference.dpi.sending import DMP
from rempart.reference.listener import Receiver
from rempart.reference.mutation import Mutants
from rempart.reference.refusal import refuse, require_fields, require_segments
from rempart.reference.store import Store

_STATUS = {"Z01": "delivered", "Z02": "delivered", "Z03": "read"}


class BusinessAcks:
    """Receives Z01 (DMP), Z02 (mail delivered) and Z03 (mail read)."""

    def __init__(self, store: Store, mutants: Mutants) -> None:
        self._store, self._mutants = store, mutants

    @property
    def receivers(self) -> Mapping[str, Receiver]:
        return dict.fromkeys(_STATUS, self.receive)

    def receive(self, message: Message) -> None:
        """Raises Refusal: 100, 101, 103, or 207 when the order or its recipient is not known."""
        event = message.get("MSH-9.2")
        require_segments(message, "EVN", "OBX")
        require_fields(message, "OBX-4", "OBX-5.1")
        success = message.get("OBX-5.1")
        if success not in ("Y", "N"):
            raise refuse("103", "OBX-5", f"OBX-5: {success} n'est ni Y ni N")
        if success == "N":
            require_segments(message, "ERR")
        address = ""
        if event != "Z01":
            require_fields(message, "OBX[2]-5.4")
            address = message.get("OBX[2]-5.4")
        control_id = message.get("OBX-4")
        if self._store.one("SELECT 1 FROM orders WHERE control_id = ?", control_id) is None:
            last = self._store.one("SELECT control_id FROM orders ORDER BY rowid DESC")
            if last is None or not self._mutants.on("zam-rattachee-au-dernier-envoi"):
                raise refuse("207", "OBX-4", f"aucun envoi n'a pour identifiant {control_id}")
            control_id = last["control_id"]
        if not self._mutants.on("zam-non-rattachee"):
            self._record(control_id, event, address, message)

    def _record(self, control_id: str, event: str, address: str, message: Message) -> None:
        values = {"status": _STATUS[event], "error_code": "", "error_label": ""}
        if message.get("OBX-5.1") == "N" and not self._mutants.on("zam-erreur-affichee-comme-succes"):
            code, label = message.get("ERR-5.1"), message.get("ERR-5.2")
            values = {"status": "failed", "error_code": code, "error_label": label}
            if self._mutants.on("zam-code-erreur-non-affiche"):
                values |= {"error_code": "", "error_label": ""}
        key = {"control_id": control_id} | ({"channel": DMP} if event == "Z01" else {"recipient": address})
        if not self._store.update("deliveries", key, values) and event != "Z03":
            # The mailbox that reads may be another than the one written to; the one written to may not.
            raise refuse("207", "OBX[2]-5.4" if address else "OBX-3", "l'envoi n'a pas cette destination")
