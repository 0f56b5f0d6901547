"""What is wrong now or will be soon, who is told, and what a person sees who asks."""
