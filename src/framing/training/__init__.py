"""Training: the one path from a config to a bundle."""

from framing.training.loading import Documents, describe_documents, load_documents
from framing.training.run import Run, train

__all__ = ["Documents", "Run", "describe_documents", "load_documents", "train"]
