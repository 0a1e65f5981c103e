/**
 * The watch: the half that touches the world. Metrics are asked for here, services are checked over HTTP, and the loop
 * runs that feeds the judge of {@code dev.slipway.watch}.
 */
package dev.slipway.watching;
