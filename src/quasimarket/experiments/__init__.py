"""Many runs at once: fitting a programme to published figures."""
