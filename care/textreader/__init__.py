"""Reading free text for danger signs: flag, ask or clear."""
