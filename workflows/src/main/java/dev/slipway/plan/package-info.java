/**
 * What a release is: the plan of one environment, one file for each of its sections. How it is read out of a file
 * stands below.
 */
package dev.slipway.plan;
