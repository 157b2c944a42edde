package io.penstock.topology.join;

import io.penstock.event.Completion;
import io.penstock.event.Decision;
import io.penstock.event.Signal;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Identity;
import io.penstock.schema.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the records of the three sources and checks that each is about the identity of its key. */
final class EventReader {
    private final EventCodec codec;
    private final Topics topics;

    EventReader(EventCodec codec, Topics topics) {
        this.codec = codec;
        this.topics = topics;
    }

    record Read(Identity identity, Event event) {}

    /**
     * @throws IllegalArgumentException if the key is no identity or not that of the value
     * @throws io.penstock.schema.MalformedEventException if the value is not the topic's event
     */
    Read read(String topic, byte @Nullable [] key, byte @Nullable [] value) {
        Identity identity = identity(key);
        if (topic.equals(topics.decisions())) {
            Decision decision = codec.decodeWithoutGrounds(value);
            requireSame(identity, decision.getTenant(), decision.getRequestId());
            return new Read(identity, new Event.DecisionSeen(decision));
        }
        if (topic.equals(topics.completions())) {
            Completion completion = codec.decode(Completion.class, value);
            requireSame(identity, completion.getTenant(), completion.getRequestId());
            return new Read(identity, new Event.CompletionSeen(completion));
        }
        Signal signal = codec.decode(Signal.class, value);
        requireSame(identity, signal.getTenant(), signal.getRequestId());
        Event event = LifeCodec.toEvent(signal);
        if (event instanceof Event.FeedbackSeen seen) {
            seen.feedback().setTenant(identity.tenant());
            seen.feedback().setRequestId(identity.requestId());
        }
        return new Read(identity, event);
    }

    private static Identity identity(byte @Nullable [] key) {
        if (key == null) {
            throw new IllegalArgumentException("the key must be tenant/request-id, but is null");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
            return Identity.parse(text);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the key must be tenant/request-id in UTF-8", e);
        }
    }

    private static void requireSame(Identity identity, String tenant, String requestId) {
        if (!identity.tenant().equals(tenant) || !identity.requestId().equals(requestId)) {
            throw new IllegalArgumentException(
                    "the value must be about its key " + identity + ", but is about another");
        }
    }
}
