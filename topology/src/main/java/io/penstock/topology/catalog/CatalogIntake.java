package io.penstock.topology.catalog;

import io.penstock.event.CatalogEntry;
import io.penstock.event.Rule;
import io.penstock.event.RuleSet;
import io.penstock.schema.EventCodec;
import io.penstock.schema.MalformedEventException;
import io.penstock.schema.RegistryUnavailableException;
import io.penstock.schema.UnresolvedSchemaException;
import io.penstock.topology.StageMetrics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks each record of the catalog topic; a bad one is counted, named in the log with all that is wrong, and ignored. */
final class CatalogIntake implements Processor<byte @Nullable [], byte @Nullable [], Void, Void> {
    private static final Logger LOGGER = LoggerFactory.getLogger(CatalogIntake.class);

    private final EventCodec codec;
    private final CatalogView view;
    private final StageMetrics metrics;
    private @Nullable ProcessorContext<Void, Void> context;

    CatalogIntake(EventCodec codec, CatalogView view, StageMetrics metrics) {
        this.codec = codec;
        this.view = view;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Void, Void> initial) {
        context = initial;
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> message) {
        if (context == null) {
            throw new IllegalStateException("process was called before init");
        }
        long offset = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record of a global topic has no position"))
                .offset();
        byte[] bytes = message.key();
        String key = bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
        List<String> problems = apply(key, message.value(), offset);
        if (problems.isEmpty()) {
            metrics.count("catalog.applied");
            if (key != null && key.startsWith(CatalogKind.RULES.text() + '/')) {
                warnOfUnknownModels();
            }
        } else {
            metrics.count("catalog.rejected");
            LOGGER.atError()
                    .addKeyValue("key", key)
                    .addKeyValue("offset", offset)
                    .addKeyValue("detail", String.join("; ", problems))
                    .log("Catalog entry rejected; the last good one stays in force");
        }
    }

    private List<String> apply(@Nullable String key, byte @Nullable [] value, long offset) {
        try {
            return view.apply(key, value == null ? null : decode(value), offset);
        } catch (MalformedEventException | UnresolvedSchemaException e) {
            return List.of("the value must be a CatalogEntry: " + e.getMessage());
        } catch (RegistryUnavailableException e) {
            return List.of("its schema cannot be looked up, write the entry again when the registry is back: "
                    + e.getMessage());
        }
    }

    private CatalogEntry decode(byte[] value) {
        // People and tools of any language write here. The global thread may wait for the registry; stream threads go
        // on.
        codec.missingSchema(value).ifPresent(codec::resolve);
        return codec.decode(CatalogEntry.class, value);
    }

    /** No error: rules and cards are separate entries, and the card may come next. */
    private void warnOfUnknownModels() {
        Catalog catalog = view.current();
        RuleSet rules = catalog.rules();
        Set<String> unknown = new TreeSet<>();
        for (Rule rule : rules.getRules()) {
            List<String> named = new ArrayList<>(rule.getAllowModels());
            named.addAll(rule.getDenyModels());
            unknown.addAll(named);
        }
        unknown.removeAll(catalog.models().keySet());
        if (!unknown.isEmpty()) {
            LOGGER.atWarn()
                    .addKeyValue("version", rules.getVersion())
                    .addKeyValue("models", unknown)
                    .log("Rules name models that the catalog does not have");
        }
    }
}
