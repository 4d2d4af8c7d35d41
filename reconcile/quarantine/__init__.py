"""Records that could not be carried, kept with their error until they can be: the dead letter
queue."""

from reconcile.quarantine.document import Document, Entry, Stage
from reconcile.quarantine.intake import Moved, applied, planned
from reconcile.quarantine.source_records import SourceRecords
from reconcile.quarantine.store import Chosen, Held, Quarantine

__all__ = [
    "Chosen",
    "Document",
    "Entry",
    "Held",
    "Moved",
    "Quarantine",
    "SourceRecords",
    "Stage",
    "applied",
    "planned",
]
