package io.penstock.topology.join;

import static io.penstock.topology.join.Events.dispatch;
import static io.penstock.topology.join.Events.reject;
import static io.penstock.topology.join.Events.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.event.Decision;
import io.penstock.event.Response;
import io.penstock.topology.StageMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplyTest {
    private final JoinDriver join = new JoinDriver((topic, partition, due) -> true);

    @AfterEach
    void close() {
        join.close();
    }

    @Test
    void shouldAlsoReplyToTheGatewayThatAsks() {
        // Given
        join.decide(replyTo(dispatch(1), "gateway/0/gw-1"));
        // When
        join.complete(success(1));
        // Then
        assertThat(join.records(join.topics.replies())).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("gateway/0/gw-1");
            assertThat(join.codec.decode(Response.class, record.value()))
                    .isEqualTo(join.responses().get(0));
        });
        assertThat(join.counted).doesNotContain("join.reply-without-slot");
    }

    @Test
    void shouldReplyWithARejection() {
        // Given
        Decision decision = replyTo(reject(0), "gateway/0/gw-1");
        // When
        join.decide(decision);
        // Then
        assertThat(join.records(join.topics.replies())).hasSize(1);
        assertThat(join.responses()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway/9999/gw-1", "gateway/x/gw-1", "gateway/0/", "gateway/"})
    void shouldLeaveOutAndCountRepliesToSlotsThatDoNotExist(String replyTo) {
        // Given
        join.decide(replyTo(dispatch(1), replyTo));
        // When
        join.complete(success(1));
        // Then
        assertThat(join.records(join.topics.replies())).isEmpty();
        assertThat(join.responses()).hasSize(1);
        assertThat(join.counted).containsOnlyOnce("join.reply-without-slot");
    }

    @Test
    void shouldOnlyHandBackWhatIsNotAGateway() {
        // Given
        join.decide(replyTo(dispatch(1), "my-queue"));
        // When
        join.complete(success(1));
        // Then
        assertThat(join.records(join.topics.replies())).isEmpty();
        assertThat(join.responses())
                .singleElement()
                .satisfies(response -> assertThat(response.getReplyTo()).isEqualTo("my-queue"));
        assertThat(join.counted).doesNotContain("join.reply-without-slot");
    }

    @Test
    void shouldUseTheSlotAsPartition() {
        // Given
        List<String> counted = new ArrayList<>();
        StageMetrics metrics = counted::add;
        ReplyPartitioner partitioner = new ReplyPartitioner(metrics);
        // When
        Optional<Set<Integer>> last = partitioner.partitions("replies", "gateway/7/a", new Response(), 8);
        Optional<Set<Integer>> beyond = partitioner.partitions("replies", "gateway/8/a", new Response(), 8);
        // Then
        assertThat(last).contains(Set.of(7));
        assertThat(beyond).contains(Set.of());
        assertThat(counted).containsExactly("join.reply-without-slot");
    }

    private static Decision replyTo(Decision decision, String replyTo) {
        decision.setReplyTo(replyTo);
        return decision;
    }
}
