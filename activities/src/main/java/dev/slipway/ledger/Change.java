package dev.slipway.ledger;

import dev.slipway.record.Event;
import dev.slipway.record.State;

/** What a new entry says, with the whole state after it. */
public record Change(Event event, State state) {}
