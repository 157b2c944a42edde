package io.penstock.embedded;

import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;

/** Kafka's settings for a cluster of one node that serves this machine alone. */
final class BrokerConfig {
    static final int NODE_ID = 1;
    static final String CLIENT_LISTENER = "PLAINTEXT";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /** What overrides may not touch: the ports are bound and the folder is checked before Kafka sees them. */
    static final Set<String> FIXED = Set.of(
            "process.roles",
            "node.id",
            "listeners",
            "advertised.listeners",
            "controller.listener.names",
            "controller.quorum.bootstrap.servers",
            "controller.quorum.voters",
            "log.dir",
            "log.dirs",
            "metadata.log.dir");

    /** A record of 8 MiB, the topic catalogue's largest, with its batch header. */
    private static final int LARGEST_BATCH = 8 * 1024 * 1024 + 64 * 1024;

    private BrokerConfig() {}

    static Properties of(BrokerSettings settings, BrokerSockets sockets, Path kafka, DataFolder.Content content) {
        Properties p = new Properties();
        p.putAll(oneNode());
        if (content == DataFolder.Content.KILLED) {
            // The controller takes the killed broker for alive until its session ends and refuses its successor so
            // long; nobody else could take over, so a short session costs nothing.
            p.put("broker.session.timeout.ms", "2000");
            p.put("broker.heartbeat.interval.ms", "500");
        }
        p.putAll(settings.overrides());
        int controllerPort = sockets.controllerPort();
        String client = CLIENT_LISTENER + "://" + Ports.HOST + ":" + sockets.brokerPort();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(NODE_ID));
        p.put("listeners", client + "," + CONTROLLER_LISTENER + "://" + Ports.HOST + ":" + controllerPort);
        p.put("advertised.listeners", client);
        p.put("controller.listener.names", CONTROLLER_LISTENER);
        p.put("controller.quorum.bootstrap.servers", Ports.HOST + ":" + controllerPort);
        p.put("log.dirs", kafka.toString());
        return p;
    }

    private static Properties oneNode() {
        Properties p = new Properties();
        p.put("inter.broker.listener.name", CLIENT_LISTENER);
        p.put("listener.security.protocol.map", CLIENT_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        p.put("auto.create.topics.enable", "false");
        p.put("default.replication.factor", "1");
        p.put("min.insync.replicas", "1");
        // 5 instead of 50 partitions for each of Kafka's own topics: start-up time and open files.
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            p.put(topic + ".num.partitions", "5");
            p.put(topic + ".replication.factor", "1");
        }
        p.put("transaction.state.log.min.isr", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        // A single application joins; waiting for more members only delays it.
        p.put("group.initial.rebalance.delay.ms", "0");
        // What a killed producer left open blocks read_committed readers, so look often whether it timed out.
        p.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        p.put("transaction.max.timeout.ms", "900000");
        p.put("message.max.bytes", Integer.toString(LARGEST_BATCH));
        p.put("replica.fetch.max.bytes", Integer.toString(LARGEST_BATCH));
        p.put("socket.request.max.bytes", Integer.toString(100 * 1024 * 1024));
        // Empty metadata records, each forced to disk, every 10 s instead of twice a second.
        p.put("metadata.max.idle.interval.ms", "10000");
        p.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024));
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        p.put("background.threads", "2");
        return p;
    }
}
