package io.penstock.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.penstock.app.dlq.DeadLetterTopic;
import io.penstock.app.dlq.Letter;
import io.penstock.app.plot.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock dlq}: records that could not be taken, and why. */
@Command(
        name = "dlq",
        mixinStandardHelpOptions = true,
        description = "Lists, shows, sends again and deletes dead letters: records that could not be taken.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DlqCommand.ListAll.class, DlqCommand.Show.class, DlqCommand.Redrive.class, DlqCommand.Purge.class
        },
        footer = {"", "Examples:", "  penstock dlq list --since PT1H", "  penstock dlq show 2-17 --payload letter.bin"})
final class DlqCommand {
    private DlqCommand() {}

    /** Which letters. */
    private static final class Selection {
        @Option(names = "--topic", paramLabel = "T", description = "Only those read from this topic.")
        private @Nullable String topic;

        @Option(names = "--reason", paramLabel = "R", description = "Only those with this reason, e.g. id_conflict.")
        private @Nullable String reason;

        @Option(names = "--since", paramLabel = "PT1H", description = "Only those of so long ago or less (ISO-8601).")
        private @Nullable Duration since;

        boolean takes(Letter letter) {
            return (topic == null || topic.equals(letter.topic()))
                    && (reason == null || reason.equals(letter.reason()))
                    && (since == null || letter.at().isAfter(Instant.now().minus(since)));
        }

        boolean isEmpty() {
            return topic == null && reason == null && since == null;
        }
    }

    private static ConsumerRecord<byte[], byte[]> find(DeadLetterTopic topic, String place) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>(1);
        topic.read(record -> {
            if (Letter.of(record).place().equals(place)) {
                found.add(record);
            }
        });
        if (found.isEmpty()) {
            throw new IllegalStateException(
                    "There is no dead letter at '" + place + "'; 'penstock dlq list' shows those there are.");
        }
        return found.get(0);
    }

    /** What is there. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Lists dead letters, the newest first: why, from where, how large. Never their payload.",
            footer = {"", "Example:", "  penstock dlq list --reason malformed --limit 20"})
    static final class ListAll implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Mixin
        private Selection selection = new Selection();

        @Option(
                names = "--limit",
                defaultValue = "100",
                paramLabel = "N",
                description = "At most so many (default: ${DEFAULT-VALUE}).")
        private int limit;

        @Option(names = "--json", description = "Print them as JSON.")
        private boolean json;

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() {
            CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
            if (limit < 1) {
                throw new ParameterException(command.commandLine(), "--limit " + limit + " must be at least 1");
            }
            List<Letter> letters = new ArrayList<>();
            try (DeadLetterTopic topic = new DeadLetterTopic(connection.clients(), connection.topics())) {
                topic.read(record -> {
                    Letter letter = Letter.of(record);
                    if (selection.takes(letter)) {
                        letters.add(letter);
                    }
                });
            }
            letters.sort(Comparator.comparing(Letter::at).reversed());
            List<Letter> shown = letters.subList(0, Math.min(limit, letters.size()));
            PrintWriter out = command.commandLine().getOut();
            out.print(json ? json(shown) : table(shown, letters.size()));
            out.flush();
            return 0;
        }

        private static String table(List<Letter> shown, int all) {
            TextTable table = new TextTable("place", "at", "topic", "from", "reason", "bytes", "message");
            shown.forEach(letter -> table.row(
                    letter.place(),
                    letter.at().toString(),
                    letter.topic(),
                    letter.from(),
                    letter.reason().isEmpty() ? letter.exception() : letter.reason(),
                    String.valueOf(letter.bytes()),
                    letter.message()));
            return table + "\n" + shown.size() + " of " + all + " dead letters\n";
        }

        private static String json(List<Letter> shown) {
            ArrayNode root = new ObjectMapper().createArrayNode();
            shown.forEach(letter -> root.addObject()
                    .put("place", letter.place())
                    .put("at", letter.at().toString())
                    .put("topic", letter.topic())
                    .put("from", letter.from())
                    .put("reason", letter.reason())
                    .put("exception", letter.exception())
                    .put("message", letter.message())
                    .put("bytes", letter.bytes()));
            return root.toPrettyString() + "\n";
        }
    }

    /** One of them. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Shows why one letter is dead. Its payload may be a prompt, so it only goes into a file you name.",
            footer = {"", "Example:", "  penstock dlq show 2-17 --payload letter.bin"})
    static final class Show implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Parameters(paramLabel = "PLACE", description = "Partition-offset, as list prints it.")
        private String place = "";

        @Option(names = "--payload", paramLabel = "FILE", description = "Write the record's value there, as it was.")
        private @Nullable Path payload;

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() throws IOException {
            PrintWriter out =
                    Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
            try (DeadLetterTopic topic = new DeadLetterTopic(connection.clients(), connection.topics())) {
                ConsumerRecord<byte[], byte[]> record = find(topic, place);
                Letter letter = Letter.of(record);
                out.println("dead letter " + letter.place() + " of " + letter.at());
                out.println("  read from " + letter.topic() + ", " + letter.from());
                out.println("  reason " + letter.reason() + ", " + letter.exception());
                out.println("  " + letter.message());
                out.println("  " + letter.bytes() + " bytes; "
                        + (topic.mayRedrive(letter.topic()) ? "can be sent again" : "cannot be sent again"));
                if (payload != null) {
                    Files.write(payload, record.value() == null ? new byte[0] : record.value());
                    out.println("  payload written to " + payload);
                }
                out.flush();
            }
            return 0;
        }
    }

    /** Sends them again. */
    @Command(
            name = "redrive",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Sends letters to the topics they were read from, byte for byte, e.g. once what was missing is there. They stay"
                        + " dead letters until they are purged.",
                "Sent twice they do nothing twice: requests, feedback and completions carry the ids by which a second copy is a"
                        + " duplicate. Letters of other topics cannot be sent again."
            },
            footer = {"", "Example:", "  penstock dlq redrive --reason tenant_not_ready --since P1D"})
    static final class Redrive implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Parameters(arity = "0..*", paramLabel = "PLACE", description = "Which; or name a topic, a reason or a time.")
        private List<String> places = List.of();

        @Mixin
        private Selection selection = new Selection();

        @Option(names = "--dry-run", description = "Only say how many it would be.")
        private boolean dry;

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() {
            CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
            if (places.isEmpty() == selection.isEmpty()) {
                throw new ParameterException(
                        command.commandLine(), "name places, or else --topic, --reason or --since");
            }
            List<ConsumerRecord<byte[], byte[]>> chosen = new ArrayList<>();
            int[] kept = new int[1];
            try (DeadLetterTopic topic = new DeadLetterTopic(connection.clients(), connection.topics())) {
                topic.read(record -> {
                    Letter letter = Letter.of(record);
                    if (places.isEmpty() ? selection.takes(letter) : places.contains(letter.place())) {
                        if (topic.mayRedrive(letter.topic())) {
                            chosen.add(record);
                        } else {
                            kept[0]++;
                        }
                    }
                });
                if (!dry) {
                    topic.redrive(chosen);
                }
            }
            PrintWriter out = command.commandLine().getOut();
            out.println((dry ? "would send " : "sent ") + chosen.size() + " again, " + kept[0] + " cannot be");
            out.flush();
            return chosen.isEmpty() ? 1 : 0;
        }
    }

    /** Deletes them. */
    @Command(
            name = "purge",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Deletes dead letters for good: all, or those older than a time.",
            footer = {"", "Example:", "  penstock dlq purge --older-than P7D --yes"})
    static final class Purge implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Option(names = "--older-than", paramLabel = "P7D", description = "Only those of longer ago (ISO-8601).")
        private @Nullable Duration olderThan;

        @Option(names = "--yes", required = true, description = "They are gone then.")
        private boolean yes;

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() {
            CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
            if (!yes) {
                throw new ParameterException(command.commandLine(), "--yes must be given");
            }
            try (DeadLetterTopic topic = new DeadLetterTopic(connection.clients(), connection.topics())) {
                long gone = topic.purge(olderThan == null ? null : Instant.now().minus(olderThan));
                PrintWriter out = command.commandLine().getOut();
                out.println(gone + " dead letters deleted");
                out.flush();
            }
            return 0;
        }
    }
}
