package dev.slipway.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.vendor.VendorFailure.Type;
import java.util.Locale;

/** The {@code errors} of a GraphQL answer: the first one decides. Vendors tell them apart by code, or by words alone. */
record GraphqlErrors(JsonNode errors) {

    String message() {
        return errors.path(0).path("message").asText("an error without a message");
    }

    Type type() {
        String code = errors.path(0).path("extensions").path("code").asText("").toUpperCase(Locale.ROOT);
        String said = message().toLowerCase(Locale.ROOT);
        if (code.contains("RATE_LIMIT") || said.contains("rate limit") || said.contains("too many requests")) {
            return Type.VENDOR_RATE_LIMITED;
        }
        if (code.contains("UNAUTHENTICATED") || said.contains("not authorized") || said.contains("unauthorized")) {
            return Type.VENDOR_UNAUTHORIZED;
        }
        if (code.contains("FORBIDDEN") || said.contains("forbidden")) {
            return Type.VENDOR_FORBIDDEN;
        }
        if (code.contains("NOT_FOUND") || said.contains("not found")) {
            return Type.VENDOR_NOT_FOUND;
        }
        if (said.contains("problem processing request") || said.contains("internal server error")) {
            return Type.VENDOR_BROKEN;
        }
        return Type.VENDOR_REFUSED;
    }
}
