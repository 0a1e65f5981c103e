package dev.slipway.ledger;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Clients of AWS's S3 and of what speaks like it, with credentials as all of AWS's tools find them. */
public final class S3Clients {

    private static final Map<Use, S3Client> SHARED = new ConcurrentHashMap<>();

    private S3Clients() {}

    /** What one client is good for. */
    private record Use(RecordPlace.S3 place, Duration whole, Duration oneTry) {}

    /**
     * The one client of this process for this use, for stores that are made anew for every question. It is never closed: a
     * client has threads of its own, five and more, and who asks does not know when the last one who asks is done. There
     * are no more of them than places in the worker's file.
     *
     * @param whole how long a call may take with all its tries
     * @param oneTry how long one of them may take
     */
    public static S3Client shared(RecordPlace.S3 place, Duration whole, Duration oneTry) {
        return SHARED.computeIfAbsent(new Use(place, whole, oneTry), use -> of(place, whole, oneTry));
    }

    /**
     * A client of the caller's own, which it closes.
     *
     * @param whole how long a call may take with all its tries
     * @param oneTry how long one of them may take
     */
    public static S3Client of(RecordPlace.S3 place, Duration whole, Duration oneTry) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .region(Region.of(place.region()))
                // each put brings its SHA-256; trailers with more are what other vendors' stores stumble over
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .apiCallTimeout(whole)
                        .apiCallAttemptTimeout(oneTry)
                        .build());
        if (!place.endpoint().isEmpty()) {
            builder.endpointOverride(URI.create(place.endpoint())).forcePathStyle(true);
        }
        return builder.build();
    }
}
