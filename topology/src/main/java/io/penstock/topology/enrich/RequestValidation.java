package io.penstock.topology.enrich;

import io.penstock.event.Constraints;
import io.penstock.event.InferenceRequest;
import io.penstock.event.ObjectiveWeights;
import io.penstock.event.Parameters;
import io.penstock.schema.Keys;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a request that could be read; the first fault in the order of the schema. */
final class RequestValidation {
    static final String INVALID_REQUEST = "invalid_request";
    static final String INVALID_PARAMETER = "invalid_parameter";
    static final String INVALID_CONSTRAINT = "invalid_constraint";
    static final String INVALID_WEIGHTS = "invalid_weights";
    static final String TENANT_MISMATCH = "tenant_mismatch";
    static final String DEADLINE_PASSED = "deadline_passed";

    private static final double MAX_TEMPERATURE = 2;

    private RequestValidation() {}

    /** Null if nothing is wrong. */
    static @Nullable Refusal check(InferenceRequest request, String tenant, long requestTime) {
        if (request.getTenant() != null && !request.getTenant().equals(tenant)) {
            return new Refusal(
                    TENANT_MISMATCH,
                    "tenant is '" + clip(request.getTenant()) + "' but the request came on a topic of '" + tenant
                            + "'; leave it out or send it to that tenant's topic");
        }
        if (request.getSessionId() != null && !Keys.isId(request.getSessionId())) {
            return new Refusal(INVALID_REQUEST, "session_id must be 1 to 128 characters without '/'");
        }
        Refusal fault = body(request);
        fault = fault == null && request.getParameters() != null ? parameters(request.getParameters()) : fault;
        return fault == null ? objectives(request, requestTime) : fault;
    }

    private static @Nullable Refusal objectives(InferenceRequest request, long requestTime) {
        Refusal fault = request.getConstraints() == null ? null : constraints(request.getConstraints(), requestTime);
        return fault == null && request.getWeights() != null ? weights(request.getWeights()) : fault;
    }

    private static @Nullable Refusal body(InferenceRequest request) {
        boolean prompt = request.getPrompt() != null;
        boolean messages = !request.getMessages().isEmpty();
        if (prompt && messages) {
            return new Refusal(INVALID_REQUEST, "prompt and messages are both set; set one of them");
        }
        if (!prompt && !messages) {
            return new Refusal(INVALID_REQUEST, "neither prompt nor messages is set; set one of them");
        }
        if (prompt && request.getPrompt().isBlank()) {
            return new Refusal(INVALID_REQUEST, "prompt is blank; it must have text");
        }
        return null;
    }

    private static @Nullable Refusal parameters(Parameters parameters) {
        Integer max = parameters.getMaxOutputTokens();
        if (max != null && max < 1) {
            return new Refusal(INVALID_PARAMETER, "parameters.max_output_tokens is " + max + "; it must be at least 1");
        }
        Double temperature = parameters.getTemperature();
        if (temperature != null && !(temperature >= 0 && temperature <= MAX_TEMPERATURE)) {
            return new Refusal(
                    INVALID_PARAMETER, "parameters.temperature is " + temperature + "; it must be from 0 to 2");
        }
        Double topP = parameters.getTopP();
        if (topP != null && !(topP > 0 && topP <= 1)) {
            return new Refusal(INVALID_PARAMETER, "parameters.top_p is " + topP + "; it must be above 0 and at most 1");
        }
        return null;
    }

    private static @Nullable Refusal constraints(Constraints constraints, long requestTime) {
        Long cost = constraints.getMaxCostNanos();
        if (cost != null && cost < 0) {
            return new Refusal(
                    INVALID_CONSTRAINT, "constraints.max_cost_nanos is " + cost + "; it must not be negative");
        }
        Double quality = constraints.getMinQuality();
        if (quality != null && !(quality >= 0 && quality <= 1)) {
            return new Refusal(
                    INVALID_CONSTRAINT, "constraints.min_quality is " + quality + "; it must be from 0 to 1");
        }
        Instant deadline = constraints.getDeadline();
        if (deadline != null && !deadline.isAfter(Instant.ofEpochMilli(requestTime))) {
            return new Refusal(
                    DEADLINE_PASSED,
                    "constraints.deadline is " + deadline + ", not after the request's broker time "
                            + Instant.ofEpochMilli(requestTime));
        }
        return null;
    }

    private static @Nullable Refusal weights(ObjectiveWeights weights) {
        double[] values = {weights.getQuality(), weights.getCost(), weights.getLatency(), weights.getEnergy()};
        String[] names = {"quality", "cost", "latency", "energy"};
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0 && values[i] <= 1e6)) {
                return new Refusal(
                        INVALID_WEIGHTS, "weights." + names[i] + " is " + values[i] + "; it must be from 0 to 1e6");
            }
            sum += values[i];
        }
        return sum > 0 ? null : new Refusal(INVALID_WEIGHTS, "all weights are 0; at least one must be positive");
    }

    /** Ids may be anything a client sent: what is quoted is bounded. */
    private static String clip(String text) {
        String printable = text.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
        return printable.length() <= 60 ? printable : printable.substring(0, 60) + "…";
    }
}
