/** What command line and worker say alike of their way to Temporal. */
package dev.slipway.temporal;
