package io.penstock.app.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Decision;
import io.penstock.event.DecisionKind;
import io.penstock.event.Outcome;
import io.penstock.event.PolicyRole;
import io.penstock.event.PolicySnapshot;
import io.penstock.event.PolicyUse;
import io.penstock.event.Response;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class LogDigestTest {
    private static final PolicyUse USE = new PolicyUse("tenant/default", 3, 17L, 99L, PolicyRole.LEARNS);

    private static Decision decision() {
        return Decision.newBuilder()
                .setTenant("default")
                .setRequestId("r1")
                .setKind(DecisionKind.DISPATCH)
                .setPolicies(new ArrayList<>(List.of(USE)))
                .build();
    }

    private static Response response() {
        return Response.newBuilder().setTenant("default").setRequestId("r1").build();
    }

    private static PolicySnapshot policy() {
        return PolicySnapshot.newBuilder()
                .setScope("tenant/default")
                .setModel("m")
                .setExtractor("e")
                .setProvenance("x")
                .build();
    }

    private static String digest(LoopEvent... events) {
        LogDigest digest = new LogDigest(true);
        for (LoopEvent event : events) {
            digest.take(event);
        }
        return digest.hex();
    }

    @Test
    void shouldLeaveOutExactlyTheListedFields() {
        // When
        Set<String> decision = fieldsThatDoNotCount(decision(), event -> digest(new LoopEvent.Decided(event)));
        Set<String> response = fieldsThatDoNotCount(response(), event -> digest(new LoopEvent.Responded(event)));
        Set<String> outcome = fieldsThatDoNotCount(
                Outcome.newBuilder().build(), event -> digest(new LoopEvent.Learnable(event, 0, 0)));
        Set<String> policy = fieldsThatDoNotCount(policy(), event -> digest(new LoopEvent.Published(event)));

        // Then
        assertThat(decision).containsExactlyInAnyOrder("source_offset", "catalog_version");
        assertThat(response).containsExactly("finished_at");
        assertThat(outcome).isEmpty();
        assertThat(policy).containsExactlyInAnyOrder("version", "published_at", "provenance");
    }

    @Test
    void shouldLeaveOutWhereAPolicyLayButNotWhoseItWas() {
        // Given
        Decision moved = decision();
        moved.setPolicies(List.of(new PolicyUse("tenant/default", 1, 2L, 99L, PolicyRole.LEARNS)));
        Decision other = decision();
        other.setPolicies(List.of(new PolicyUse("group/all", 3, 17L, 99L, PolicyRole.LEARNS)));

        // Then
        assertThat(digest(new LoopEvent.Decided(moved))).isEqualTo(digest(new LoopEvent.Decided(decision())));
        assertThat(digest(new LoopEvent.Decided(other))).isNotEqualTo(digest(new LoopEvent.Decided(decision())));
    }

    @Test
    void shouldKeepOnlyTheLastPolicyOfAKey() {
        // Given
        PolicySnapshot early = policy();
        early.setStatistics(ByteBuffer.wrap(new byte[] {1}));

        // Then
        assertThat(digest(new LoopEvent.Published(early), new LoopEvent.Published(policy())))
                .isEqualTo(digest(new LoopEvent.Published(policy())));
    }

    @Test
    void shouldNotDependOnTheOrderOfEventsButOnTheirNumber() {
        // Given
        LoopEvent one = new LoopEvent.Decided(decision());
        LoopEvent two = new LoopEvent.Responded(response());

        // Then
        assertThat(digest(one, two)).isEqualTo(digest(two, one)).isNotEqualTo(digest(one, two, two));
    }

    private interface Digest<T> {
        String of(T event);
    }

    /** Changes one field after the other, deeply copied, and sees whether the digest does. */
    private static <T extends SpecificRecord> Set<String> fieldsThatDoNotCount(T template, Digest<T> digest) {
        Set<String> indifferent = new TreeSet<>();
        String before = digest.of(template);
        for (Schema.Field field : template.getSchema().getFields()) {
            Object original = template.get(field.pos());
            template.put(field.pos(), changed(field.schema(), original));
            if (digest.of(template).equals(before)) {
                indifferent.add(field.name());
            }
            template.put(field.pos(), original);
        }
        return indifferent;
    }

    private static Object changed(Schema schema, Object original) {
        switch (schema.getType()) {
            case UNION:
                Schema branch = schema.getTypes().stream()
                        .filter(type -> type.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElseThrow();
                return changed(branch, original);
            case STRING:
                return original + "changed";
            case INT:
                return original == null ? 7 : (Integer) original + 1;
            case LONG:
                if (schema.getLogicalType() != null) {
                    return Instant.ofEpochMilli(123_456);
                }
                return original == null ? 7L : (Long) original + 1;
            case DOUBLE:
                return original == null ? 7.0 : (Double) original + 1;
            case BOOLEAN:
                return original == null || !((Boolean) original);
            case BYTES:
                return ByteBuffer.wrap(new byte[] {1, 2, 3});
            case ENUM:
                return enumOther(schema, original);
            case ARRAY:
                return array(schema, original);
            case MAP:
                return schema.getValueType().getType() == Schema.Type.DOUBLE ? Map.of("a", 1.0) : Map.of("a", "b");
            case RECORD:
                return filled(schema);
            default:
                throw new IllegalArgumentException("no change known for " + schema);
        }
    }

    private static Object array(Schema schema, Object original) {
        List<Object> more = original == null ? new ArrayList<>() : new ArrayList<>((List<?>) original);
        Schema element = schema.getElementType();
        more.add(changed(element, null));
        return more;
    }

    private static Object filled(Schema schema) {
        SpecificRecord record = (SpecificRecord) SpecificData.get().newRecord(null, schema);
        for (Schema.Field field : schema.getFields()) {
            record.put(field.pos(), changed(field.schema(), null));
        }
        return record;
    }

    private static Object enumOther(Schema schema, Object original) {
        Class<?> type = SpecificData.get().getClass(schema);
        for (Object constant : type.getEnumConstants()) {
            if (!constant.equals(original)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("an enum of one symbol: " + schema);
    }
}
