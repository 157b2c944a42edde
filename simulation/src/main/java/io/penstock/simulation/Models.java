package io.penstock.simulation;

import io.penstock.event.Completion;
import io.penstock.event.CompletionStatus;
import io.penstock.event.Dispatch;
import io.penstock.event.ErrorClass;
import io.penstock.simulation.Conduct.Answer;

/** The dispatchers and the models behind them: completes calls as the world has it, when it has it. */
final class Models {
    private static final long REFUSAL_MILLIS = 50;

    private final DisturbedWorld world;
    private final Agenda agenda;
    private final Cluster cluster;

    Models(DisturbedWorld world, Agenda agenda, Cluster cluster) {
        this.world = world;
        this.agenda = agenda;
        this.cluster = cluster;
    }

    void call(Dispatch dispatch) {
        int request = Books.request(dispatch.getRequestId());
        int model = world.model(dispatch.getModel());
        Conduct conduct = world.conduct(model, cluster.now());
        Completion completion = Completion.newBuilder()
                .setDecisionId(dispatch.getDecisionId())
                .setTenant(dispatch.getTenant())
                .setRequestId(dispatch.getRequestId())
                .setAttempt(dispatch.getAttempt())
                .setModel(dispatch.getModel())
                .build();
        if (conduct.answer() == Answer.REFUSED) {
            fail(completion, CompletionStatus.FAILED, ErrorClass.SERVER_ERROR);
            finish(completion, REFUSAL_MILLIS);
        } else if (conduct.answer() == Answer.GIVEN) {
            Potential potential = world.potential(request, model, cluster.now());
            if (potential.latencyMillis() > dispatch.getCallTimeoutMs()) {
                fail(completion, CompletionStatus.TIMEOUT, ErrorClass.TIMEOUT);
                completion.setInDoubt(true);
                finish(completion, dispatch.getCallTimeoutMs());
            } else {
                succeed(completion, potential, world.costNanos(request, model, conduct));
                finish(completion, Math.round(potential.latencyMillis()));
            }
        }
    }

    private static void fail(Completion completion, CompletionStatus status, ErrorClass cause) {
        completion.setStatus(status);
        completion.setErrorClass(cause);
        completion.setRetryable(true);
    }

    private static void succeed(Completion completion, Potential potential, long costNanos) {
        completion.setStatus(CompletionStatus.SUCCESS);
        completion.setAnswer("answer");
        completion.setInputTokens(potential.inputTokens());
        completion.setOutputTokens(potential.outputTokens());
        completion.setLatencyMs(potential.latencyMillis());
        completion.setCostNanos(costNanos);
    }

    private void finish(Completion completion, long afterMillis) {
        long end = cluster.now() + afterMillis;
        completion.setFinishedAt(java.time.Instant.ofEpochMilli(end));
        agenda.at(
                end,
                () -> cluster.write(
                        cluster.topics().completions(),
                        completion.getTenant() + "/" + completion.getRequestId(),
                        cluster.codec().encode(completion)));
    }
}
