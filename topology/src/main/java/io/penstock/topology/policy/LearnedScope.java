package io.penstock.topology.policy;

/** What one view is of: everything learned in a scope from the features of one extractor. */
record LearnedScope(String scope, String extractor) {}
