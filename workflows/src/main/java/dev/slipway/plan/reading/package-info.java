/** How a plan comes out of a file: its format, what its values mean together, and what is wrong with it and where. */
package dev.slipway.plan.reading;
