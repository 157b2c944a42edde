package io.penstock.app;

import io.penstock.app.node.Clients;
import io.penstock.app.node.Cluster;
import io.penstock.schema.ClusterShape;
import io.penstock.schema.EventCodec;
import io.penstock.schema.Topics;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock tenant}: a tenant is its topics, so these commands make and list topics. */
@Command(
        name = "tenant",
        mixinStandardHelpOptions = true,
        description =
                "Adds and lists tenants: each has topics of its own for requests, commands, feedback and responses.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TenantCommand.Add.class, TenantCommand.ListAll.class},
        footer = {"", "Example:", "  penstock tenant add acme"})
final class TenantCommand {
    /** Makes a tenant's topics. */
    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Makes the topics of a tenant; routers read them within seconds. Again does nothing.",
            footer = {"", "Example:", "  penstock tenant add acme"})
    static final class Add implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "1 to 40 lower-case letters, digits or '-'.")
        private String name = "";

        @Option(
                names = "--replication-factor",
                defaultValue = "1",
                paramLabel = "N",
                description = "Replicas of each topic (default: ${DEFAULT-VALUE}).")
        private short replication;

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() {
            PrintWriter out =
                    Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
            Topics topics = connection.topics();
            Clients clients = connection.clients();
            try (Admin admin = clients.admin()) {
                int partitions = TopicState.partitions(admin, topics);
                EventCodec codec = connection.reader();
                Cluster cluster = new Cluster(admin, topics, new ClusterShape(partitions, replication), false);
                cluster.ensureTenant(name, codec).forEach(topic -> out.println(topic.name()));
            }
            out.println("Tenant " + name + " is there: penstock submit --tenant " + name + " --sample 1");
            return 0;
        }
    }

    /** Lists tenants by their request topics. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Lists the tenants of a cluster, one a line.",
            footer = {"", "Example:", "  penstock tenant list"})
    static final class ListAll implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Mixin
        private Connection connection = new Connection();

        @Override
        public Integer call() {
            PrintWriter out =
                    Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
            Topics topics = connection.topics();
            try (Admin admin = connection.clients().admin()) {
                TopicState.names(admin).stream()
                        .map(topics::tenantOf)
                        .filter(Objects::nonNull)
                        .distinct()
                        .sorted()
                        .forEach(out::println);
            }
            return 0;
        }
    }
}
