package dev.slipway.worker.demo;

import dev.slipway.worker.dev.DevTemporal;
import java.io.IOException;

/** What one of the examples is played on: stand-ins for what is outside, and everything of Slipway for real. */
interface ExampleStage {

    /** Brings all of it up; it goes down with the {@code Ending} that it was made with. */
    void set() throws IOException;

    DevTemporal dev();
}
