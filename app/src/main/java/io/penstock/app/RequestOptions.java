package io.penstock.app;

import io.penstock.app.replay.SampleData;
import io.penstock.connector.recorded.RecordedBackend;
import io.penstock.connector.recorded.RecordedPrompt;
import io.penstock.event.Constraints;
import io.penstock.event.InferenceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Options that make up a request. */
final class RequestOptions {
    private static final int NANO_DIGITS = 9;
    private static final double MICROS = 1e6;

    @ArgGroup(multiplicity = "1")
    private Text text = new Text();

    @Option(names = "--session", paramLabel = "ID", description = "Session whose requests keep their order.")
    private @Nullable String session;

    @Option(names = "--max-cost", paramLabel = "USD", description = "Most that the answer may cost.")
    private @Nullable BigDecimal maxCost;

    @Option(names = "--deadline", paramLabel = "SECONDS", description = "Latest useful time, counted from now.")
    private @Nullable Double deadline;

    @Option(names = "--model", paramLabel = "SLUG", description = "Allow this model only; repeatable.")
    private List<String> models = List.of();

    @Option(names = "--attribute", paramLabel = "KEY=VALUE", description = "An attribute of the request; repeatable.")
    private Map<String, String> attributes = Map.of();

    static final class Text {
        @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "The prompt; - reads it from standard input.")
        private @Nullable String prompt;

        @Option(names = "--file", paramLabel = "F", description = "Read the prompt from a file.")
        private @Nullable Path file;

        @Option(names = "--sample", paramLabel = "N", description = "Send prompt N of the bundled sample, from 1.")
        private @Nullable Integer sample;
    }

    /** @throws IllegalArgumentException naming the option that is wrong */
    InferenceRequest request(String requestId, String tenant, InputStream in, Instant now) {
        Map<String, String> all = new HashMap<>(attributes);
        return InferenceRequest.newBuilder()
                .setRequestId(requestId)
                .setTenant(tenant)
                .setSessionId(session)
                .setPrompt(prompt(in, all))
                .setConstraints(constraints(now))
                .setAttributes(all)
                .setCreatedAt(now)
                .build();
    }

    private String prompt(InputStream in, Map<String, String> all) {
        try {
            if (text.sample != null) {
                RecordedPrompt prompt = sample(text.sample);
                all.put(RecordedBackend.ID_ATTRIBUTE, prompt.id());
                return prompt.text();
            }
            if (text.file != null) {
                return Files.readString(text.file);
            }
            String given = text.prompt == null ? "" : text.prompt;
            return given.equals("-") ? new String(in.readAllBytes(), StandardCharsets.UTF_8) : given;
        } catch (IOException e) {
            throw new UncheckedIOException("the prompt cannot be read from " + text.file, e);
        }
    }

    private static RecordedPrompt sample(int number) {
        List<RecordedPrompt> prompts = SampleData.load().prompts();
        if (number < 1 || number > prompts.size()) {
            throw new IllegalArgumentException("--sample " + number + " must be from 1 to " + prompts.size());
        }
        return prompts.get(number - 1);
    }

    private @Nullable Constraints constraints(Instant now) {
        if (maxCost == null && deadline == null && models.isEmpty()) {
            return null;
        }
        Constraints.Builder constraints = Constraints.newBuilder().setAllowedModels(List.copyOf(models));
        if (maxCost != null) {
            constraints.setMaxCostNanos(nanos(maxCost));
        }
        if (deadline != null) {
            if (!(deadline > 0 && deadline < 1e9)) {
                throw new IllegalArgumentException("--deadline " + deadline + " must be seconds above 0");
            }
            constraints.setDeadline(now.plusNanos(Math.round(deadline * MICROS) * 1000));
        }
        return constraints.build();
    }

    private static long nanos(BigDecimal usd) {
        try {
            return usd.movePointRight(NANO_DIGITS)
                    .setScale(0, RoundingMode.DOWN)
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("--max-cost " + usd.toPlainString() + " is too large", e);
        }
    }
}
