package dev.slipway.watching;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract for sources that ask over HTTP: one server for each that has something to say. */
abstract class HttpSourceContract extends MetricSourceContract {

    static final String HTML = "<html><body>please log in, " + SECRET + "</body></html>";

    final OkHttpClient client = new OkHttpClient();
    final MockWebServer server = new MockWebServer();
    private final List<MockWebServer> others = new ArrayList<>();

    @BeforeEach
    void listen() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        others.forEach(MockWebServer::close);
    }

    /** A source that asks this server. */
    abstract MetricSource asking(MockWebServer server);

    /** What a server says when all is well, in order. */
    abstract List<String> good();

    abstract List<String> empty();

    List<MockResponse> broken() {
        return List.of(
                answer(200, HTML),
                answer(404, HTML),
                answer(500, "{}"),
                answer(302, ""),
                answer(200, good().get(0).substring(0, Math.max(1, good().get(0).length() / 2))),
                answer(200, ""));
    }

    static MockResponse answer(int status, String body) {
        return new MockResponse.Builder().code(status).body(body).build();
    }

    private MockWebServer another() throws IOException {
        MockWebServer another = new MockWebServer();
        another.start();
        others.add(another);
        return another;
    }

    @Override
    MetricSource well() {
        for (int i = 0; i < 3; i++) {
            good().forEach(body -> server.enqueue(answer(200, body)));
        }
        return asking(server);
    }

    @Override
    List<MetricSource> withoutData() throws Exception {
        List<MetricSource> sources = new ArrayList<>();
        for (String body : empty()) {
            MockWebServer one = another();
            one.enqueue(answer(200, body));
            one.enqueue(answer(200, body));
            sources.add(asking(one));
        }
        return sources;
    }

    @Override
    List<MetricSource> nonsense() throws Exception {
        List<MetricSource> sources = new ArrayList<>();
        for (MockResponse response : broken()) {
            MockWebServer one = another();
            one.enqueue(response);
            sources.add(asking(one));
        }
        return sources;
    }

    @Override
    MetricSource hanging() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
        return asking(server);
    }

    @Override
    MetricSource gone() {
        MetricSource source = asking(server);
        server.close();
        return source;
    }
}
