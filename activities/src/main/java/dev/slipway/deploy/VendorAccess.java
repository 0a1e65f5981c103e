package dev.slipway.deploy;

import dev.slipway.served.Served;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;

/**
 * A vendor's address and the secret that is sent there.
 *
 * @param token {@code $NAME}
 * @param usual host of the vendor's own API
 */
record VendorAccess(String api, String token, String usual) {

    HttpUrl base() {
        return HttpUrl.get(api);
    }

    /** How the secret is called in messages. */
    String credential() {
        return "the secret '" + token.substring(1) + "'";
    }

    /** Why nothing may be asked for a plan that nobody has approved yet; empty where it may. */
    List<String> problemsBeforeApproval(Served served) {
        List<String> problems = new ArrayList<>(problems());
        if (!base().host().equals(usual)) {
            served.secrets().mayNotGo(token, base().host()).ifPresent(problems::add);
        }
        return problems;
    }

    /** A secret goes nowhere in the clear, approved or not. */
    List<String> problems() {
        String host = base().host();
        boolean secret = base().isHttps() || host.equals("localhost") || host.equals("127.0.0.1");
        return secret ? List.of() : List.of("a token is sent by https only, and " + api + " is none");
    }
}
