package dev.slipway.cli;

/** What came of a command: its exit code and what it printed. */
record Typed(int code, String out, String err) {}
