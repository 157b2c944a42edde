package io.penstock.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.DynamicVoters;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one broker: a lock, a marker that says whose folder it is, and Kafka's own folder below it.
 *
 * <p>All checks that Kafka answers with a halted process are made here first and answered with a sentence.
 */
final class DataFolder implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(DataFolder.class);
    private static final String MARKER = "penstock-broker.properties";
    private static final String LOCK = "penstock-broker.lock";
    private static final String KAFKA = "kafka";
    private static final String META_PROPERTIES = "meta.properties";
    /** Written by Kafka at the end of an orderly stop, removed at the start. */
    private static final String CLEAN_SHUTDOWN = ".kafka_cleanshutdown";

    private static final int FORMAT = 1;

    private final Path root;
    private final FileChannel lockFile;

    private DataFolder(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /** Makes the folder when missing, refuses a foreign one, and locks it. */
    static DataFolder open(Path root) {
        try {
            if (Files.exists(root) && !Files.isDirectory(root)) {
                throw new StartupException("Data folder " + root + " is a file; choose another with --data.");
            }
            Files.createDirectories(root);
            requireOwn(root);
            return new DataFolder(root, lock(root));
        } catch (IOException e) {
            throw new StartupException(
                    "Data folder " + root + " cannot be used (" + Sentences.of(e) + "); choose another with --data.",
                    e);
        }
    }

    private static void requireOwn(Path root) throws IOException {
        if (Files.exists(root.resolve(MARKER))) {
            return;
        }
        try (Stream<Path> entries = Files.list(root)) {
            if (entries.anyMatch(entry -> !entry.endsWith(LOCK))) {
                throw new StartupException("Data folder " + root
                        + " is not a Penstock broker data folder and not empty; move it away or choose another with"
                        + " --data.");
            }
        }
    }

    private static FileChannel lock(Path root) throws IOException {
        FileChannel channel = FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
            channel.close();
            throw new StartupException(
                    "Data folder " + root + " is in use by another Penstock; stop it or choose another with --data.");
        }
        return channel;
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            // Released with the channel, also by a killed process.
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Path kafka() {
        return root.resolve(KAFKA);
    }

    /** What a broker finds in its folder. */
    enum Content {
        NEW,
        STOPPED_IN_ORDER,
        KILLED
    }

    /** Formats an empty folder, or checks one that was written before. */
    Content prepare(int controllerPort) {
        try {
            if (!Files.exists(root.resolve(MARKER))) {
                writeMarker(Uuid.randomUuid().toString());
            }
            String clusterId = clusterId();
            if (Files.exists(kafka().resolve(META_PROPERTIES))) {
                requireSameCluster(clusterId);
                MetadataLog.requireIntact(kafka());
                return Files.exists(kafka().resolve(CLEAN_SHUTDOWN)) ? Content.STOPPED_IN_ORDER : Content.KILLED;
            }
            removeUnfinishedFormat();
            format(clusterId, controllerPort);
            return Content.NEW;
        } catch (StartupException e) {
            throw e;
        } catch (Exception e) {
            throw corrupt(Sentences.of(e), e);
        }
    }

    /** The sentence for data that Kafka cannot read. */
    StartupException corrupt(String why, @Nullable Throwable cause) {
        return new StartupException(
                "Data folder " + root + " is corrupt: " + why + "; move it away or choose another with --data.", cause);
    }

    private void writeMarker(String clusterId) throws IOException {
        Properties marker = new Properties();
        marker.setProperty("format", Integer.toString(FORMAT));
        marker.setProperty("cluster.id", clusterId);
        Path fresh = root.resolve(MARKER + ".new");
        try (Writer out = Files.newBufferedWriter(fresh)) {
            marker.store(out, "Penstock embedded broker");
        }
        Files.move(fresh, root.resolve(MARKER), StandardCopyOption.ATOMIC_MOVE);
    }

    private String clusterId() throws IOException {
        Properties marker = read(root.resolve(MARKER));
        String format = marker.getProperty("format");
        String clusterId = marker.getProperty("cluster.id");
        if (format == null || clusterId == null) {
            throw corrupt(MARKER + " has no " + (format == null ? "format" : "cluster.id"), null);
        }
        if (!format.equals(Integer.toString(FORMAT))) {
            throw new StartupException("Data folder " + root + " has format " + format + ", this Penstock reads "
                    + FORMAT + "; use the version that wrote it or choose another with --data.");
        }
        return clusterId;
    }

    private void requireSameCluster(String clusterId) throws IOException {
        Properties meta = read(kafka().resolve(META_PROPERTIES));
        String cluster = meta.getProperty("cluster.id");
        String node = meta.getProperty("node.id");
        if (cluster == null || node == null || meta.getProperty("directory.id") == null) {
            throw corrupt(KAFKA + "/" + META_PROPERTIES + " lacks cluster.id, node.id or directory.id", null);
        }
        if (!cluster.equals(clusterId) || !node.equals(Integer.toString(BrokerConfig.NODE_ID))) {
            throw new StartupException("Data folder " + root + " was written by cluster " + cluster + " node " + node
                    + ", expected cluster " + clusterId + " node " + BrokerConfig.NODE_ID
                    + "; move it away or choose another with --data.");
        }
        if (!Files.isDirectory(kafka().resolve(MetadataLog.FOLDER))) {
            throw corrupt(KAFKA + "/" + MetadataLog.FOLDER + " is missing", null);
        }
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return properties;
    }

    /** A format that was killed halfway left metadata but no topics; anything more is data and is kept. */
    private void removeUnfinishedFormat() throws IOException {
        if (!Files.isDirectory(kafka())) {
            return;
        }
        try (Stream<Path> entries = Files.list(kafka())) {
            if (entries.anyMatch(entry -> Files.isDirectory(entry) && !entry.endsWith(MetadataLog.FOLDER))) {
                throw corrupt(KAFKA + "/" + META_PROPERTIES + " is missing beside topic data", null);
            }
        }
        Utils.delete(kafka().toFile());
    }

    private void format(String clusterId, int controllerPort) throws Exception {
        Files.createDirectories(kafka());
        String voter = BrokerConfig.NODE_ID + "@" + Ports.HOST + ":" + controllerPort + ":" + Uuid.randomUuid();
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(BrokerConfig.NODE_ID)
                .setClusterId(clusterId)
                .setDirectories(List.of(kafka().toString()))
                .setMetadataLogDirectory(kafka().toString())
                .setControllerListenerName(BrokerConfig.CONTROLLER_LISTENER)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setInitialControllers(DynamicVoters.parse(voter))
                .setHasDynamicQuorum(true)
                .run();
    }

    /** Removes the folder and all below it. */
    void delete() {
        try {
            Utils.delete(root.toFile());
        } catch (IOException e) {
            LOGGER.atWarn()
                    .addKeyValue("folder", root)
                    .setCause(e)
                    .log("the broker's data folder could not be removed");
        }
    }

    @Override
    public void close() {
        Utils.closeQuietly(lockFile, "data folder lock");
    }
}
