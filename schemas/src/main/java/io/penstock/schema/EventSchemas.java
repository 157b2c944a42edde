package io.penstock.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.penstock.event.BudgetGrant;
import io.penstock.event.Cancel;
import io.penstock.event.Cancellation;
import io.penstock.event.CatalogEntry;
import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Dispatch;
import io.penstock.event.DispatcherState;
import io.penstock.event.ExperimentStatus;
import io.penstock.event.ExperimentTrial;
import io.penstock.event.Feedback;
import io.penstock.event.InferenceRequest;
import io.penstock.event.ModelState;
import io.penstock.event.Outcome;
import io.penstock.event.OwnerSpend;
import io.penstock.event.PolicyEvent;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.Response;
import io.penstock.event.RouteEvent;
import io.penstock.event.Signal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * The records that are values of topics, by simple name, with two schemas each: the one of the generated class, and the
 * contract, which is the same without the Java-only properties that the compiler adds.
 */
final class EventSchemas {
    private static final String JAVA_STRING = "avro.java.string";

    private final Map<String, Schema> generated = new TreeMap<>();
    private final Map<String, Schema> contracts = new TreeMap<>();

    EventSchemas() {
        List.of(
                        InferenceRequest.getClassSchema(),
                        Cancel.getClassSchema(),
                        Feedback.getClassSchema(),
                        Signal.getClassSchema(),
                        Decision.getClassSchema(),
                        Dispatch.getClassSchema(),
                        Completion.getClassSchema(),
                        Response.getClassSchema(),
                        RouteEvent.getClassSchema(),
                        Cancellation.getClassSchema(),
                        Outcome.getClassSchema(),
                        PolicySnapshot.getClassSchema(),
                        CatalogEntry.getClassSchema(),
                        ModelState.getClassSchema(),
                        DispatcherState.getClassSchema(),
                        OwnerSpend.getClassSchema(),
                        BudgetGrant.getClassSchema(),
                        PolicyEvent.getClassSchema(),
                        ExperimentTrial.getClassSchema(),
                        ExperimentStatus.getClassSchema())
                .forEach(this::add);
    }

    /** Contract schemas by simple record name, sorted. */
    Map<String, Schema> contracts() {
        return contracts;
    }

    /** Schemas of the generated classes by simple record name, sorted. */
    Map<String, Schema> generated() {
        return generated;
    }

    private void add(Schema schema) {
        generated.put(schema.getName(), schema);
        contracts.put(schema.getName(), contractOf(schema));
    }

    private static Schema contractOf(Schema schema) {
        try {
            JsonNode plain = withoutJavaStrings(new ObjectMapper().readTree(schema.toString()));
            return new Schema.Parser().parse(plain.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("schema " + schema.getFullName() + " is not JSON", e);
        }
    }

    private static JsonNode withoutJavaStrings(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(JAVA_STRING);
            object.properties().forEach(field -> field.setValue(withoutJavaStrings(field.getValue())));
            JsonNode type = object.get("type");
            // The property turns "string" into an object; without it the plain name is the same type. A map key's is
            // no object of its own, and a record field is told apart by its name.
            if (object.size() == 1 && type != null && type.isTextual()) {
                return TextNode.valueOf(type.textValue());
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < node.size(); i++) {
                array.set(i, withoutJavaStrings(node.get(i)));
            }
        }
        return node;
    }
}
