package io.penstock.simulation;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.CompressionType;
import org.rocksdb.Env;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksMemEnv;

/** Keeps what RocksDB would write to disk in memory: a run opens some thirty stores and keeps none of them. */
public final class StoresInMemory implements RocksDBConfigSetter {
    private static final int ARENA_BLOCK_BYTES = 16 * 1024;
    private static final Env MEMORY = new RocksMemEnv(Env.getDefault());

    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
        options.setEnv(MEMORY);
        options.setArenaBlockSize(ARENA_BLOCK_BYTES);
        options.setCompressionType(CompressionType.NO_COMPRESSION);
        options.setInfoLogLevel(InfoLogLevel.FATAL_LEVEL);
    }

    @Override
    public void close(String store, Options options) {
        // The environment is everyone's.
    }
}
