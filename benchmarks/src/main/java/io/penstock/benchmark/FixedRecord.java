package io.penstock.benchmark;

import io.penstock.event.InferenceRequest;
import io.penstock.event.Parameters;
import io.penstock.schema.EventCodec;
import java.util.Map;

/** The record every part of the benchmark works on: a request of about 1 KiB with a prompt of about 100 tokens. */
final class FixedRecord {
    private static final String PROMPT =
            "Answer the following multiple-choice question about physics. Think step by step"
                    + " and end with the letter of your answer. Question: A cyclist rides north at 5 m/s while the wind blows"
                    + " from the east at 3 m/s, and a bird flies above at twice the speed of the cyclist. What is the speed of"
                    + " the bird relative to the wind, if it flies south-west for the first minute and then turns due west?"
                    + " Options: A. 7.1 m/s B. 8.6 m/s C. 9.4 m/s D. 10.2 m/s E. 11.7 m/s";
    private static final int BYTES = 1024;

    private FixedRecord() {}

    static InferenceRequest request(int index) {
        return InferenceRequest.newBuilder()
                .setRequestId("request-" + index)
                .setPrompt(PROMPT + ' ' + index)
                .setParameters(Parameters.newBuilder()
                        .setMaxOutputTokens(512)
                        .setTemperature(0.2)
                        .build())
                .setAttributes(Map.of("padding", padding(index)))
                .build();
    }

    /** Of each record another, so that compression cannot make a batch of them small. */
    private static String padding(int index) {
        StringBuilder text = new StringBuilder();
        long x = index;
        while (text.length() < BYTES - PROMPT.length() - 90) {
            x = x * 6364136223846793005L + 1442695040888963407L;
            text.append((char) ('a' + (x >>> 40) % 26));
        }
        return text.toString();
    }

    static byte[] encoded(EventCodec codec, int index) {
        return codec.encode(request(index));
    }
}
