package dev.slipway.vendor;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mockwebserver3.RecordedRequest;

/** A vendor's own description of its API, to hold requests and answers against. */
public final class VendorDescription {

    private final OpenApiInteractionValidator validator;

    private VendorDescription(OpenApiInteractionValidator validator) {
        this.validator = validator;
    }

    /** @return empty where the descriptions are not on this machine */
    public static Optional<VendorDescription> find(String file) {
        Path path = Path.of(System.getProperty("slipway.vendor-apis", "../../shared/vendor-apis"))
                .resolve(file);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new VendorDescription(
                    OpenApiInteractionValidator.createForInlineApiSpecification(Files.readString(path))
                            .withBasePathOverride("")
                            .build()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What of a request is not as described; empty where all is. */
    public List<String> problems(RecordedRequest recorded) {
        SimpleRequest.Builder request =
                new SimpleRequest.Builder(method(recorded), recorded.getUrl().encodedPath());
        // GitHub's description does not list the media type that its documentation asks for
        recorded.getHeaders()
                .newBuilder()
                .removeAll("Accept")
                .build()
                .forEach(header -> request.withHeader(header.getFirst(), header.getSecond()));
        recorded.getUrl()
                .queryParameterNames()
                .forEach(name -> request.withQueryParam(name, recorded.getUrl().queryParameterValues(name)));
        if (recorded.getBody() != null && recorded.getBody().size() > 0) {
            request.withBody(recorded.getBody().utf8());
        }
        return texts(validator.validateRequest(request.build()));
    }

    /** What of an answer is not as described: a fake that answers otherwise proves nothing. */
    public List<String> problems(RecordedRequest recorded, int status, String body) {
        return texts(validator.validateResponse(
                recorded.getUrl().encodedPath(),
                method(recorded),
                SimpleResponse.Builder.status(status)
                        .withContentType("application/json")
                        .withBody(body)
                        .build()));
    }

    private static Request.Method method(RecordedRequest recorded) {
        return Request.Method.valueOf(recorded.getMethod());
    }

    private static List<String> texts(ValidationReport report) {
        return report.getMessages().stream()
                .filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
                .map(ValidationReport.Message::toString)
                .toList();
    }
}
