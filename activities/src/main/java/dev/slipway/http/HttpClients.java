package dev.slipway.http;

import java.time.Duration;
import okhttp3.OkHttpClient;

/** The one way in which this worker speaks HTTP. */
public final class HttpClients {

    private HttpClients() {}

    /** Follows no redirect: what is sent to one host is not for another. Each call sets the limit of its answer. */
    public static OkHttpClient standard() {
        return new OkHttpClient.Builder()
                .connectTimeout(Duration.ofSeconds(5))
                .followRedirects(false)
                .build();
    }
}
