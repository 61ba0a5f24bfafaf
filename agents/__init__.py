"""Who people are and how they decide: columns, compiled rules and the sweeps over everybody."""
