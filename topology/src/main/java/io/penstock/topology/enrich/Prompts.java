package io.penstock.topology.enrich;

import io.penstock.event.InferenceRequest;
import io.penstock.feature.Prompt;
import io.penstock.feature.Turn;
import java.util.ArrayList;
import java.util.List;

/** What extractors see of a request. */
public final class Prompts {
    private Prompts() {}

    /** Its prompt as one user turn, or its messages. */
    public static Prompt of(InferenceRequest request) {
        boolean tools =
                request.getParameters() != null && request.getParameters().getTools() != null;
        if (request.getPrompt() != null) {
            return new Prompt(List.of(new Turn("user", request.getPrompt())), tools);
        }
        List<Turn> turns = new ArrayList<>();
        request.getMessages().forEach(message -> turns.add(new Turn(message.getRole(), message.getContent())));
        return new Prompt(turns, tools);
    }
}
