"""Every error a user can meet. Each says what happened, where, and what to do about it.

ReconcileError
+-- SettingsError        reconcile.yml or the environment is wrong (file and line)
+-- MappingError         a mapping document is wrong (file and line)
+-- SnapshotError        a snapshot is missing, damaged or incomplete
+-- PlanError            a plan cannot be built, read or trusted
|   +-- ApprovalError    no approval, or one for other bytes
+-- LockError            another apply is writing to the same target
+-- StateError           what machines share (setting `state`) cannot be read or written
+-- DriftError           a comparison of two shops contradicts itself
+-- HistoryError         what earlier drift runs left cannot be read
+-- SandboxError         the local Medusa or the sample Magento could not be started
+-- HashesError          password hashes cannot be sealed or opened (never shows one)
+-- CompanionError       the companion cannot be put into a Medusa project, or taken out
+-- SystemFault          a shop did not do as asked
    +-- Unreachable          no usable answer after all retries
    +-- AuthenticationFailed wrong or expired credentials
    +-- PermissionMissing    the credentials lack a resource
    +-- RequestRefused       a clear refusal (4xx) with the shop's own words
    +-- BadAnswer            an answer that is not what the endpoint promises
    +-- AnswerLost           a write was sent and its answer never came: it may have happened
"""

from __future__ import annotations


class ReconcileError(Exception):
    """A failure with a cause for people and, where one exists, a remedy."""

    def __init__(self, message: str, *, remedy: str = "", where: str = "") -> None:
        """`where` is a place such as `reconcile.yml:12`; it is printed before the message."""
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" Remedy: {self.remedy}" if self.remedy else ""
        return f"{place}{self.message}{advice}"


class SettingsError(ReconcileError):
    """reconcile.yml or the environment is wrong."""


class MappingError(ReconcileError):
    """A mapping document is wrong."""


class SnapshotError(ReconcileError):
    """A snapshot is missing, damaged, or could not be finished."""


class PlanError(ReconcileError):
    """A plan cannot be built, read or trusted."""


class ApprovalError(PlanError):
    """There is no approval for exactly this plan."""


class LockError(ReconcileError):
    """Another apply is writing to the same target, or no lock can be had."""


class StateError(ReconcileError):
    """What several machines share cannot be read or written."""


class DriftError(ReconcileError):
    """A comparison of two shops contradicts itself."""


class HistoryError(ReconcileError):
    """What earlier drift runs left cannot be read."""


class SandboxError(ReconcileError):
    """The local Medusa or the sample Magento could not be started or stopped."""


class HashesError(ReconcileError):
    """Password hashes cannot be sealed or opened. No message shows a hash."""


class CompanionError(ReconcileError):
    """The companion cannot be put into a Medusa project, or taken out of it."""


class SystemFault(ReconcileError):
    """A shop did not do as asked. `status` is the HTTP status, None when there was no answer."""

    def __init__(
        self, message: str, *, status: int | None = None, remedy: str = "", where: str = ""
    ) -> None:
        super().__init__(message, remedy=remedy, where=where)
        self.status = status


class Unreachable(SystemFault):
    """No usable answer after all retries."""


class AuthenticationFailed(SystemFault):
    """Wrong or expired credentials."""


class PermissionMissing(SystemFault):
    """The credentials are right, but lack a resource."""


class RequestRefused(SystemFault):
    """The shop refused this request; sending it again unchanged will not help."""


class BadAnswer(SystemFault):
    """The answer is not what the endpoint promises (no JSON, cut short, a login page)."""


class AnswerLost(SystemFault):
    """A write was sent and no answer came back: it may or may not have happened."""
