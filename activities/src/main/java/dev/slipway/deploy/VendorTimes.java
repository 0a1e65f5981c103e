package dev.slipway.deploy;

import dev.slipway.vendor.VendorApi;
import java.time.Duration;

/**
 * How long is waited at a vendor.
 *
 * @param limits of one question
 * @param firstPause between the first two looks at what was asked for; later ones are longer
 * @param moment until what was asked for shows, and until what is done serves
 */
record VendorTimes(VendorApi.Limits limits, Duration firstPause, Duration moment) {

    static VendorTimes usual() {
        return new VendorTimes(
                new VendorApi.Limits(Duration.ofSeconds(20), Duration.ofSeconds(30)),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1));
    }
}
