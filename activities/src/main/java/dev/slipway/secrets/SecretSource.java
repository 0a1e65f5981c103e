package dev.slipway.secrets;

import java.util.Optional;

/** Where the value of one secret is looked up, at the moment of use. */
public interface SecretSource {

    /**
     * @return empty where it is not set there
     * @throws SecretUnavailable where it can't be looked up; the message names the place, never a value
     */
    Optional<String> value();

    /** The place in words, for preflight: {@code environment variable SHOP_DATABASE_URL}. */
    String place();
}
