package io.penstock.simulation;

/**
 * What became of a request.
 *
 * @param model index of the one that answered, -1 if none
 * @param reward what that was worth
 * @param oracle what the best model for it would have been worth when it came
 * @param wasBest whether that model answered
 */
public record Served(int model, double reward, double oracle, boolean wasBest) {}
