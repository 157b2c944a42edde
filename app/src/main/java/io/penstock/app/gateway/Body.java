package io.penstock.app.gateway;

import io.javalin.http.Context;
import io.penstock.schema.TopicCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Reads a JSON body of bounded size. */
final class Body {
    /** What enrich takes: the largest record less room for what is around the messages. */
    private static final int RESERVE = 256 * 1024;

    private static final int MOST = (int) (TopicCatalog.load().maxMessageBytes("requests") - RESERVE);

    private Body() {}

    /** @throws ApiException 415 if it is not JSON by its type, 413 if it is too large */
    static byte[] read(Context context) {
        String type = context.contentType();
        if (type == null
                || !type.toLowerCase(Locale.ROOT).split(";", 2)[0].trim().equals("application/json")) {
            throw ApiException.of(
                    415,
                    ApiException.INVALID,
                    "unsupported_media_type",
                    "the body's Content-Type must be application/json");
        }
        if (context.req().getContentLengthLong() > MOST) {
            throw tooLarge();
        }
        try (InputStream in = context.req().getInputStream()) {
            byte[] body = in.readNBytes(MOST + 1);
            if (body.length > MOST) {
                throw tooLarge();
            }
            return body;
        } catch (IOException e) {
            throw ApiException.badRequest(null, "body_not_read", "the body broke off");
        }
    }

    static ApiException tooLarge() {
        // What is left of the body is not read, so the connection is of no use any more.
        return ApiException.of(
                        413,
                        ApiException.INVALID,
                        "request_too_large",
                        "the request must have at most " + MOST + " bytes")
                .header("Connection", "close");
    }
}
