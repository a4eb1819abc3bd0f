"""What is known of the world: published figures, the labour market, behaviour."""
