/** Vendors' APIs: one client with one policy of limits, retries and failures, and a class for each vendor on top of it. */
package dev.slipway.vendor;
