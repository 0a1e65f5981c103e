package dev.slipway.shop;

/** One request, read to its end; {@code target} is the path with its query, {@code contentType} may be empty. */
record Request(String method, String target, String contentType, byte[] body) {

    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}
