package io.penstock.schema;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the generated records show of themselves: numbers, enums, times and the names below. Any other string may be text of
 * a user or a secret, so only its length is shown, of a map only its size. Safe for logs and exceptions.
 */
public final class SafeText {
    private static final Set<String> NAMES = Set.of(
            "request_id",
            "session_id",
            "tenant",
            "decision_id",
            "feedback_id",
            "routing_key",
            "model",
            "exclude_model",
            "slug",
            "kind",
            "id",
            "source",
            "source_topic",
            "scope",
            "extractor",
            "family",
            "policy",
            "rule",
            "rule_version",
            "filter",
            "reject_reason",
            "finish_reason");
    private static final int SHOWN_ITEMS = 20;

    private SafeText() {}

    /** The record as Name{field=value, ...}, without fields that are null. */
    public static String of(SpecificRecord event) {
        Schema schema = event.getSchema();
        StringJoiner fields = new StringJoiner(", ", schema.getName() + "{", "}");
        for (Schema.Field field : schema.getFields()) {
            Object value = event.get(field.pos());
            if (value != null) {
                fields.add(field.name() + "=" + shown(field.name(), value));
            }
        }
        return fields.toString();
    }

    private static String shown(String field, @Nullable Object value) {
        if (value instanceof CharSequence text) {
            boolean isName = NAMES.contains(field) && text.length() <= Keys.MAX_ID_LENGTH;
            return isName ? text.toString() : "<" + text.length() + " characters>";
        }
        if (value instanceof ByteBuffer bytes) {
            return "<" + bytes.remaining() + " bytes>";
        }
        if (value instanceof Map<?, ?> map) {
            return "<" + map.size() + " entries>";
        }
        if (value instanceof Collection<?> items) {
            return shownItems(field, items);
        }
        return String.valueOf(value);
    }

    private static String shownItems(String field, Collection<?> items) {
        StringJoiner shown = new StringJoiner(", ", "[", "]");
        items.stream().limit(SHOWN_ITEMS).forEach(item -> shown.add(shown(field, item)));
        if (items.size() > SHOWN_ITEMS) {
            shown.add("<" + (items.size() - SHOWN_ITEMS) + " more>");
        }
        return shown.toString();
    }
}
