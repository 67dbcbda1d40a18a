from ._native import Bundle, Policy, Verdict, read_bundle, verify, verify_bundle

__all__ = ["Bundle", "Policy", "Verdict", "read_bundle", "verify", "verify_bundle"]
