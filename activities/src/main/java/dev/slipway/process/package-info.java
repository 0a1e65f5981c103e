/** Child processes: started by argument list, stopped as a group, never left behind by a worker that dies. */
package dev.slipway.process;
