/** What remains of a release for people who ask years later, and how it is fetched. */
package dev.slipway.evidence;
