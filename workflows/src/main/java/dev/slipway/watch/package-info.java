/**
 * The watch: the pure half. Rules are read here, and measurements become a verdict. No I/O and no clock, so that the
 * client, the workflow and the worker judge alike; who measures is {@code dev.slipway.watching}.
 */
package dev.slipway.watch;
